import { z } from "zod";
import type { ErrorFormat } from "@/lib/oauth/errors";
import type { Member } from "./portal";
import { shownAddress, shownText, storable, text, toldId } from "./text";

/** What both ways into the Spark platform have in common: one API, one error format, one account record. */

/** Spark's own API and RESO's Web API, at one host; keys for replication must use the other (error 1021). */
const paths = ["/v1", "/Reso/OData", "/Version/<n>/Reso/OData"] as const;

export const sparkApis = {
  apiPaths: paths,
  furtherApis: { REPLICATION: { address: "https://replication.sparkapi.com", paths } },
} as const;

/** Who asks must say so in a header of its own; older lists of errors have 1016 for those who do not. */
export const sparkHeaders = { "x-sparkapi-user-agent": "USER_AGENT" } as const;

/** Deleting an access token here deletes the authorization: its refresh token goes too. */
export const sparkRevocation = {
  by: "delete",
  path: "/v1/oauth2/token",
  isDone: (body: unknown) => Done.safeParse(body).success,
} as const;

const Done = z.looseObject({ D: z.looseObject({ Success: z.literal(true) }) });

/** `{"D":{"Success":false,"Code":1020,"Message":"…"}}`: "branch on Code, not on Message". */
export const sparkErrors: ErrorFormat = {
  errorPlaces: [{ code: ["D", "Code"], message: ["D", "Message"] }],
  refusals: [
    { status: 401, error: "1020", means: "expired_token" },
    { status: 401, error: "1010", means: "invalid_client" }, // the key is disabled
    { status: 403, error: "1005", means: "invalid_client" }, // the key is not set up
    { status: 403, error: "1013", means: "invalid_client" }, // the key is for another way of authentication
    { status: 403, error: "1019", means: "invalid_client" }, // the key is bound to other addresses or user agents
  ],
};

/** Of `my/account`, and of `my/contact`, which consumers have instead. Anything but the id may be missing. */
const Account = z.looseObject({
  Id: text, // 26 digits: a number would lose half of them
  Name: shownText,
  DisplayName: shownText, // a contact's
  FirstName: shownText,
  LastName: shownText,
  Office: shownText,
  Company: shownText,
  PrimaryEmail: shownText,
  Emails: z
    .array(z.looseObject({ Address: shownText }))
    .nullish()
    .catch(null),
  Images: z
    .array(z.looseObject({ Uri: shownAddress }))
    .nullish()
    .catch(null),
});

const Envelope = z.looseObject({
  D: z.looseObject({ Success: z.literal(true), Results: z.array(z.unknown()).min(1) }),
});

/** Reads an account. @throws {ZodError} on anything that is none */
export function sparkAccount(body: unknown): Member & { id: string } {
  const { Id, ...details } = Account.parse(Envelope.parse(body).D.Results[0]);
  const { Name, DisplayName, FirstName, LastName, Emails, Images, PrimaryEmail } = details;
  return {
    id: Id,
    name: Name ?? DisplayName ?? ([FirstName, LastName].filter(Boolean).join(" ") || null),
    email: PrimaryEmail ?? Emails?.[0]?.Address ?? null,
    image: Images?.[0]?.Uri ?? null,
    agency: details.Office ?? details.Company,
    office: { officeId: toldId.parse(details.OfficeId), mlsId: toldId.parse(details.MlsId) },
    listings: null,
    details: storable(details),
  };
}
