import "server-only";
import { z } from "zod";

/** What goes in and what comes out, by its names on the wire. The document is made from these. */

const id = (what: string) =>
  z
    .string()
    .regex(/^[\w-]{1,64}$/, { error: "must be letters, digits, hyphens and underscores" })
    .describe(what);

const moment = (what: string) => z.string().meta({ format: "date-time", description: what });

const address = (what: string) => z.string().meta({ format: "uri", description: what });

const nullableText = (what: string) => z.string().nullable().describe(what);

export const LinkId = id("The link's id.");

const ConnectionId = id("The connection's id: a portal with its choice made.");
const Generation = z.int().min(1).describe("Counts the token sets this link has had.");
const ConnectUrl = address("Where the user can link or reconnect: a page of ours.");
const Headers = z
  .record(z.string(), z.string())
  .describe("Headers to send to the portal as they are, by their names in small letters.");

export const LinksQuery = z.strictObject({
  user: id("Only this user's links; Portico's own user id.").optional(),
  connection: ConnectionId.describe("Only links of this connection.").optional(),
  member: z
    .string()
    .min(1)
    .max(255)
    .refine((value) => !value.includes("\0"), { error: "must not hold a null character" })
    .describe("Only links of the member with this id at the portal.")
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("How many on a page."),
  cursor: z
    .string()
    .regex(/^[\w-]{1,200}$/, { error: "must be the `next` of an earlier page" })
    .describe("The `next` of the page before.")
    .optional(),
});

const Status = z
  .object({
    state: z
      .enum(["connected", "stale", "broken", "unknown"])
      .describe(
        "`unknown`: the portal was never asked. `stale` mends itself: the token has ended and is renewed when it is asked for, or the portal does not answer now. `broken` does not.",
      ),
    reason: nullableText("Why it is stale or broken, by a code; new ones may come."),
    checked_at: moment("When the last real call to the portal was.").nullable(),
  })
  .describe("As on the user's dashboard.");

export const Link = z.object({
  id: LinkId,
  user: z.string().describe("Portico's id of the user whose link it is."),
  connection: ConnectionId,
  environment: z
    .enum(["production", "staging", "sandbox"])
    .describe("Where it was made, and alone may be used."),
  member: z
    .object({
      id: nullableText("The member's id at the portal; null where the portal names none."),
      name: nullableText("As the portal tells it."),
      email: nullableText("As the portal tells it; it identifies no user."),
      agency: nullableText("As the portal tells it."),
    })
    .describe("The same person, as the portal knows them."),
  status: Status,
  consent_by: moment(
    "By when the user has to connect again at the latest; null where the portal has not said so.",
  ).nullable(),
  linked_at: moment("When it was first linked."),
});

export const Links = z.object({
  links: z.array(Link),
  next: nullableText("The cursor of the next page; null on the last."),
  connect_url: ConnectUrl.describe(
    "Only when nothing was found: where the user can link.",
  ).optional(),
});

const rejected_generation = z
  .int()
  .min(1)
  .describe(
    "The generation that the portal has just refused. The answer holds a newer one, after one refresh however many ask; where only the user can renew it, the portal is asked first whether it was refused.",
  )
  .optional();

export const TokenRequest = z.strictObject({
  min_ttl: z
    .int()
    .min(0)
    .max(86_400)
    .describe(
      "Seconds the token should live on. A caller who asks for more than the portal gives gets what there is. 60 without.",
    )
    .optional(),
  rejected_generation,
});

const Inactive = z
  .object({
    active: z.literal(false),
    error: z
      .enum(["reconnect_needed", "portal_unavailable"])
      .describe(
        "`reconnect_needed`: waiting does not help, the user has to act at `connect_url`. `portal_unavailable`: try again later.",
      ),
    reason: z.string().describe("A code that says more; new ones may come."),
    retry_after: z.int().min(0).describe("Seconds after which to try again, if known.").optional(),
    connect_url: ConnectUrl,
  })
  .describe("There is no credential now.");

export const TokenAnswer = z.discriminatedUnion("active", [
  z.object({
    active: z.literal(true),
    token: z.object({
      access_token: z.string(),
      scheme: z
        .enum(["Bearer", "OAuth"])
        .describe("What stands before the token in `Authorization`."),
      expires_at: moment("When it ends; null where the portal names no end.").nullable(),
      generation: Generation,
      scopes: z.array(z.string()).describe("What the portal says it is good for; may be empty."),
      headers: Headers.describe(
        "What a request to the portal's API is sent with, `authorization` and the portal's API key included.",
      ),
    }),
  }),
  Inactive,
]);

export const HeadersRequest = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "DELETE"]),
  url: z
    .string()
    .min(1)
    .max(8_000)
    .describe(
      "Exactly the address that will be asked, percent-encoded, query included; under the portal's API. No parameter of the query may begin with `oauth_`.",
    ),
  rejected_generation,
});

export const HeadersAnswer = z.discriminatedUnion("active", [
  z.object({
    active: z.literal(true),
    headers: Headers.describe(
      "What this request is sent with. Under OAuth 1.0a signed for this method and address, once, now; a form body is not covered.",
    ),
    generation: Generation,
  }),
  Inactive,
]);

export const ProblemAnswer = z
  .object({
    type: address("What kind of problem this is: its description in this document."),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe("The kind of problem in a word."),
    request_id: z.string().describe("Under which our log knows the request."),
    errors: z
      .array(
        z.object({
          detail: z.string(),
          pointer: z.string().describe("Where in the body, as JSON Pointer.").optional(),
          parameter: z.string().describe("Which parameter of the query.").optional(),
        }),
      )
      .describe("Everything that is wrong with the request.")
      .optional(),
    next: z
      .object({ method: z.string(), path: z.string() })
      .describe("The call to make instead.")
      .optional(),
  })
  .describe("RFC 9457.");
