import "server-only";
import { z } from "zod";
import { sessionStates } from "@/lib/accounts/connect/sessions";
import { ExternalId, UserWish } from "@/lib/accounts/connect/user-wish";
import { named } from "./json-schema";
import { address, ConnectionId, Link, LinkId, moment } from "./schemas";

/** What goes in and what comes out of calls about connect sessions. */

export const SessionId = z
  .string()
  .regex(/^cs_[\w-]{22}$/, { error: "must be the id of a connect session" })
  .describe("The session's id.");

/** RFC 7636 section 4.2: 32 bytes in base64url. */
const Challenge = z
  .string()
  .regex(/^[\w-]{43}$/, { error: "must be 43 characters of base64url" })
  .describe(
    "Base64url of the SHA-256 of a `verifier` that you keep in that user's own session; `finish` then needs the verifier.",
  );

const SessionUser = named("SessionUser", UserWish.describe("Your user whom the session is for."));

export const ConnectSessionRequest = named(
  "ConnectSessionRequest",
  z
    .strictObject({
      user: SessionUser,
      connections: z
        .array(ConnectionId)
        .min(1)
        .max(100)
        .nullish()
        .describe("What is offered; all that the key is for, unless named. Not beside `link`."),
      link: LinkId.nullish().describe(
        "A link of this user that is to be connected again, and no other.",
      ),
      language: z
        .string()
        .regex(/^[a-z]{2}(-[A-Za-z0-9]{2,8})*$/, { error: "must be a language, such as pl" })
        .nullish()
        .describe("The page's language, where it has it."),
      return_url: z
        .string()
        .min(1)
        .max(2_000)
        .refine((text) => !/\p{C}/u.test(text), { error: "must not hold control characters" })
        .describe(
          "Where your user comes back to: origin and path of an address that is registered for your client; its query is yours, without `session`, `code` and `status`.",
        ),
      challenge: Challenge.nullish(),
      expires_in: z
        .int()
        .min(60)
        .max(1_800)
        .nullish()
        .describe("Seconds until the first press; 900 unless set."),
    })
    .describe("Whom a session is for, and what they are to link."),
);

const Status = z
  .enum(sessionStates)
  .describe(
    "`open`: not pressed yet. `started`: nothing waits. `waiting`: something waits to be finished. The others are final.",
  );

const ExpiresAt = moment("When it ends, or has ended.");

export const NewConnectSession = named(
  "NewConnectSession",
  z
    .object({
      id: SessionId,
      url: address("The page to send your user's browser to. It is a secret, shown only now."),
      status: Status,
      expires_at: ExpiresAt,
    })
    .describe("A session that has just begun."),
);

const Waiting = named(
  "Waiting",
  z.object({ connection: ConnectionId }).describe("Something that waits to be finished."),
);

const SessionProblem = named(
  "SessionProblem",
  z
    .object({
      connection: ConnectionId,
      problem: z.string().describe("What went wrong there, by a code; new ones may come."),
    })
    .describe("What went wrong at a portal; the person may have tried again since."),
);

export const ConnectSessionAnswer = named(
  "ConnectSession",
  z
    .object({
      id: SessionId,
      status: Status,
      expires_at: ExpiresAt,
      waiting: z.array(Waiting),
      problems: z.array(SessionProblem),
      links: z.array(Link).describe("Empty until it is finished."),
    })
    .describe("A session as it is now. Until it is finished it does not name the user."),
);

export const FinishRequest = named(
  "FinishRequest",
  z
    .strictObject({
      code: z.string().min(1).max(200).describe("From the query with which your user came back."),
      external_id: ExternalId.describe(
        "Your name for the person who has come back, as you have authenticated them now; not one that you remembered for the session.",
      ),
      verifier: z
        .string()
        .min(1)
        .max(200)
        .nullish()
        .describe("Where there was a `challenge`: from that person's own session."),
    })
    .describe("Who has come back."),
);

export const FinishedSession = named(
  "FinishedSession",
  z.object({ links: z.array(Link) }).describe("The links, active and granted to your client."),
);
