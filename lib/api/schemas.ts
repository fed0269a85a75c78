import "server-only";
import { z } from "zod";
import { ExternalId } from "@/lib/accounts/connect/user-wish";
import { named } from "./json-schema";

/**
 * What goes in and what comes out, by its names on the wire. The document is made from these; what has a name of its own is a
 * component of it.
 */

const id = (what: string) =>
  z
    .string()
    .regex(/^[\w-]{1,64}$/, { error: "must be letters, digits, hyphens and underscores" })
    .describe(what);

export const moment = (what: string) => z.string().meta({ format: "date-time", description: what });

export const address = (what: string) => z.string().meta({ format: "uri", description: what });

const nullableText = (what: string) => z.string().nullable().describe(what);

export const LinkId = id("The link's id.");

export const ConnectionId = id("The connection's id: a portal with its choice made.");
const Generation = z.int().min(1).describe("Counts the token sets this link has had.");
const ConnectUrl = address("Where the user can link or reconnect: a page of ours.");
const Headers = z
  .record(z.string(), z.string())
  .describe("Headers to send to the portal as they are, by their names in small letters.");

const states = ["connected", "stale", "broken", "unknown"] as const;

export const LinksQuery = z.strictObject({
  user: id("Only this user's links; Portico's own user id. For keys without a client.").optional(),
  external_id: ExternalId.describe(
    "Only links that are granted for this user of the client. For a client's keys.",
  ).optional(),
  connection: ConnectionId.describe("Only links of this connection.").optional(),
  member: z
    .string()
    .min(1)
    .max(255)
    .refine((value) => !value.includes("\0"), { error: "must not hold a null character" })
    .describe("Only links of the member with this id at the portal.")
    .optional(),
  status: z
    .enum(states)
    .describe(
      "Only links in this state. Then a page may hold fewer than `limit`, or none, and have a `next` all the same.",
    )
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("How many on a page."),
  cursor: z
    .string()
    .regex(/^[\w-]{1,200}$/, { error: "must be the `next` of an earlier page" })
    .describe("The `next` of the page before.")
    .optional(),
});

const Status = named(
  "Status",
  z
    .object({
      state: z
        .enum(states)
        .describe(
          "`unknown`: the portal was never asked. `stale` mends itself: the token has ended and is renewed when it is asked for, or the portal does not answer now. `broken` does not.",
        ),
      reason: nullableText("Why it is stale or broken, by a code; new ones may come."),
      checked_at: moment("When the last real call to the portal was.").nullable(),
    })
    .describe("As on the user's dashboard."),
);

const Member = named(
  "Member",
  z
    .object({
      id: nullableText("The member's id at the portal; null where the portal names none."),
      name: nullableText("As the portal tells it."),
      email: nullableText("As the portal tells it; it identifies no user."),
      agency: nullableText("As the portal tells it."),
      agency_id: nullableText("MLSConnect's `additionalInformation.agency.id`."),
      office_id: nullableText("`OfficeId` of Spark's account."),
      office_key: nullableText("Spark's claim `OfficeKey`."),
      office_mls_id: nullableText("Spark's claim `OfficeMlsId`."),
      member_mls_id: nullableText("Spark's claim `MemberMlsId`."),
      mls_id: nullableText("`MlsId` of Spark's account."),
    })
    .describe(
      "The same person, as the portal knew them when they last connected. What it did not tell is null.",
    ),
);

const Environment = z
  .enum(["production", "staging", "sandbox"])
  .describe("Where it was made, and alone may be used.");

export const Link = named(
  "Link",
  z
    .object({
      id: LinkId,
      user: nullableText("Portico's id of the user whose link it is; null to a client's key."),
      external_id: ExternalId.describe(
        "The client's own name for the user whom the link is granted for; null without a client.",
      ).nullable(),
      connection: ConnectionId,
      environment: Environment,
      label: nullableText("What its user calls it; null where they have given it no name."),
      member: Member,
      status: Status,
      consent_by: moment(
        "By when the user has to connect again at the latest; null where the portal has not said so.",
      ).nullable(),
      linked_at: moment("When it was first linked."),
    })
    .describe("A user's connection to one portal."),
);

export const ImportedLink = named(
  "ImportedLink",
  Link.extend({
    refresh_token_spent: z
      .boolean()
      .describe("Whether the refresh token that you sent is worth nothing any more."),
  }).describe("A link that was made of tokens."),
);

export const Links = named(
  "Links",
  z
    .object({
      links: z.array(Link),
      next: nullableText("The cursor of the next page; null on the last."),
      connect_url: ConnectUrl.nullable()
        .describe(
          "Only when nothing was found: where the user can link; null to a client's key, whose users come by a connect session.",
        )
        .optional(),
    })
    .describe("A page of links."),
);

const rejected_generation = z
  .int()
  .min(1)
  .nullish()
  .describe(
    "The generation that the portal has just refused. The answer holds a newer one, after one refresh however many ask; where only the user can renew it, the portal is asked first whether it was refused.",
  );

export const TokenRequest = named(
  "TokenRequest",
  z
    .strictObject({
      min_ttl: z
        .int()
        .min(0)
        .max(86_400)
        .nullish()
        .describe(
          "Seconds the token should live on. A caller who asks for more than the portal gives gets what there is. 60 without.",
        ),
      rejected_generation,
    })
    .describe("What a token is wanted for; all of it may be left out."),
);

const NextCall = named(
  "NextCall",
  z
    .object({
      method: z.string(),
      path: z.string(),
      body: z
        .record(z.string(), z.string())
        .describe("What its body has to hold, beside what the call needs by itself.")
        .optional(),
    })
    .describe("The call to make instead, or next."),
);

export const Inactive = named(
  "Inactive",
  z
    .object({
      active: z.literal(false),
      error: z
        .enum(["reconnect_needed", "portal_unavailable"])
        .describe(
          "`reconnect_needed`: waiting does not help, the user has to act at `connect_url`. `portal_unavailable`: try again later.",
        ),
      reason: z.string().describe("A code that says more; new ones may come."),
      retry_after: z
        .int()
        .min(0)
        .describe("Seconds after which to try again, if known.")
        .optional(),
      connect_url: ConnectUrl.nullable(),
      next: NextCall.describe(
        "For a client's key, instead of an address: the call that makes one for its user.",
      ).optional(),
    })
    .describe("There is no credential now."),
);

const Token = named(
  "Token",
  z
    .object({
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
    })
    .describe("An access token, and all that a request with it needs."),
);

const ActiveToken = named(
  "ActiveToken",
  z.object({ active: z.literal(true), token: Token }).describe("There is a token."),
);

export const TokenAnswer = named(
  "TokenAnswer",
  z
    .discriminatedUnion("active", [ActiveToken, Inactive])
    .describe("A token, or why there is none now."),
);

export const HeadersRequest = named(
  "HeadersRequest",
  z
    .strictObject({
      method: z.enum(["GET", "POST", "PUT", "DELETE"]),
      url: z
        .string()
        .min(1)
        .max(8_000)
        .describe(
          "Exactly the address that will be asked, percent-encoded, query included; under the portal's API. No parameter of the query may begin with `oauth_`.",
        ),
      rejected_generation,
    })
    .describe("The request that the headers are for."),
);

export const ApplicationHeadersRequest = named(
  "ApplicationHeadersRequest",
  HeadersRequest.omit({ rejected_generation: true }).describe(
    "The request that the headers are for.",
  ),
);

export const ApplicationHeaders = named(
  "ApplicationHeaders",
  z
    .object({
      headers: Headers.describe(
        "What this request is sent with: the portal's API key, or a signature for this method and address, once, now. No user's token is in it.",
      ),
    })
    .describe("Headers without a user."),
);

const ActiveHeaders = named(
  "ActiveHeaders",
  z
    .object({
      active: z.literal(true),
      headers: Headers.describe(
        "What this request is sent with. Under OAuth 1.0a signed for this method and address, once, now; a form body is not covered.",
      ),
      generation: Generation,
    })
    .describe("There are headers."),
);

export const HeadersAnswer = named(
  "HeadersAnswer",
  z
    .discriminatedUnion("active", [ActiveHeaders, Inactive])
    .describe("Headers, or why there are none now."),
);

const RequestError = named(
  "RequestError",
  z
    .object({
      detail: z.string(),
      pointer: z.string().describe("Where in the body, as JSON Pointer.").optional(),
      parameter: z.string().describe("Which parameter of the query.").optional(),
    })
    .describe("One thing that is wrong with the request."),
);

export const Problem = named(
  "Problem",
  z
    .object({
      type: address("What kind of problem this is: its description in this document."),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.string().describe("The kind of problem in a word."),
      request_id: z.string().describe("Under which our log knows the request."),
      errors: z
        .array(RequestError)
        .describe("Everything that is wrong with the request.")
        .optional(),
      next: NextCall.optional(),
      link: LinkId.describe("Of an import: the link that is there already.").optional(),
      reason: z.string().describe("Of an import: what the portal has said, in a word.").optional(),
      retry_after: z
        .number()
        .describe("In so many seconds, where the portal is to be asked again.")
        .optional(),
      refresh_token_spent: z
        .boolean()
        .describe(
          "Of an import: whether the refresh token that you sent is worth nothing any more.",
        )
        .optional(),
    })
    .describe("RFC 9457."),
);

export const LettingGo = named(
  "LettingGo",
  z
    .object({
      grant_ended: z.boolean().describe("Whether the use of the link by a client has ended."),
      unlinked: z.boolean().describe("Whether the link is gone."),
      revocation: z
        .enum(["revoked", "queued", "at_the_portal", "not_needed"])
        .nullable()
        .describe(
          "What became of the permission at the portal: taken back, asked for again and again until it is, to be taken back there by the member alone, or left because another link lives on it. Null where the link stays.",
        ),
      removal_url: address(
        "The portal's page on which the member can take it back, where it has published one.",
      ).optional(),
    })
    .describe("What has ended."),
);

const Connection = named(
  "Connection",
  z
    .object({
      id: ConnectionId,
      portal: z.string().describe("The portal's id; several connections may be one portal's."),
      name: z.string().describe("The name that people know."),
      environment: Environment,
      protocol: z.enum(["oauth1", "oauth2", "openid"]).describe("How it is linked."),
      signed: z
        .boolean()
        .describe("Whether each request is signed, so that only `/headers` gives a credential."),
      api: z
        .array(z.string())
        .describe("The addresses that headers may be asked for; `<n>` stands for any number."),
      refresh_token_days: z
        .int()
        .nullable()
        .describe("How long a link lasts that is not used; null where the portal does not say so."),
    })
    .describe("A portal with its choice made, as this deployment is registered there."),
);

export const Connections = named(
  "Connections",
  z.object({ connections: z.array(Connection) }).describe("All that the key is for."),
);

const Upstream = named(
  "Upstream",
  z
    .object({
      outcome: z.enum([
        "revoked",
        "refused",
        "gave_up",
        "not_needed",
        "pending",
        "not_supported",
        "not_asked",
      ]),
      at: moment("When it ended.").nullable().optional(),
      until: moment("So long the portal is asked; then the tokens are destroyed here.").optional(),
      tries: z.int().describe("How often it has been asked.").optional(),
      page: nullableText("The portal's page on which the member can do it.").optional(),
      home: nullableText("Where to look for it otherwise, in words.").optional(),
    })
    .describe("What became of a link's tokens at its portal."),
);

export const ErasureReceipt = named(
  "ErasureReceipt",
  z
    .object({
      format: z.literal("portico-erasure"),
      version: z.literal(1),
      user: ExternalId,
      erasedAt: moment("When it was done."),
      reference: z.string().describe("Under which the record of what happened has it."),
      asOf: moment("The receipt tells what was known then."),
      links: z.array(
        z.object({ link: z.string().nullable(), connection: z.string(), upstream: Upstream }),
      ),
      final: z.boolean().describe("Whether there is nothing left to wait for."),
      kept: z
        .array(z.object({ what: z.string(), rows: z.int(), why: z.string() }))
        .describe("What stays, and why."),
    })
    .describe("As `npm run erase-user` writes it."),
);
