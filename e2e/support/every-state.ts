import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { root } from "./children";
import { reasonsOf } from "./sentences";

/** Links in every state that a page has words for: written into the database of an app that does not run, because most states take weeks. */

/** A name with a word that is wider than a phone. */
export const WIDE_NAME = "Ferienwohnungsvermittlungsgesellschaftsdatenbanksysteme Nord";

/** What no sentence of ours changes on these pages. */
export const seededNames = [
  WIDE_NAME,
  "Anna Peeters",
  "Max Muster",
  `${WIDE_NAME} GmbH`,
  `${"ferienwohnungsvermittlungsgesellschaft".repeat(2)}@example.test`,
];

const [, , alike, agency, email] = seededNames;

type Row = Record<string, unknown>;

const DAY_MS = 24 * 60 * 60 * 1000;

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const seconds = (moment: Date) => moment.getTime() / 1000;

/** Each as the columns in which it differs from a link that works. */
const states: Record<string, Row> = {
  ...Object.fromEntries(
    reasonsOf("broken").map((reason) => [
      `broken-${reason}`,
      { provider: "mlsconnect-caraibes", reconnectReason: reason },
    ]),
  ),
  ...Object.fromEntries(
    reasonsOf("held").map((reason) => [
      `held-${reason}`,
      { provider: "mlsconnect-cote-dazur", checkOutcome: reason },
    ]),
  ),
  unchecked: { provider: "mlsconnect-caraibes", checkedAt: null, checkOutcome: null },
  resting: { provider: "spark", refresh_token: "sealed", expires_at: seconds(inDays(-1)) },
  "consent-soon": { provider: "immoscout24", expires_at: seconds(inDays(5)) },
  "consent-later": { provider: "immoscout24", expires_at: seconds(inDays(60)) },
  "consent-ended": {
    ...{ provider: "olx-storia", refresh_token: "sealed", tokensAt: inDays(-400) },
    checkedAt: inDays(-1),
    expires_at: seconds(inDays(1)),
  },
  "trouble-otodom": { provider: "olx-otodom", checkOutcome: "failing" },
  "trouble-imovirtual": { provider: "olx-imovirtual", checkOutcome: "failing" },
  "trouble-unbroken": { provider: "olx-imovirtual" },
  "aside-not-offered": { provider: "mlsconnect-luxembourg" },
  "aside-not-offered-either": { provider: "mlsconnect-luxembourg", label: WIDE_NAME },
  "aside-sandbox": { provider: "immoscout24", environment: "sandbox" },
  "pasted-broken": { provider: "spark", type: "oauth", reconnectReason: "invalid_grant" },
  "pasted-works": { provider: "spark", type: "oauth" },
  staging: { provider: "mlsconnect-federia-staging", environment: "staging" },
  listings: { provider: "immoscout24", member: { listings: 1234 } },
  wide: { label: WIDE_NAME, member: { name: WIDE_NAME, email, agency } },
  wordless: { provider: "spark-oauth2-vow", member: {} },
  "alike-1": { member: { name: alike } },
  "alike-2": { member: { name: alike } },
};

/** The ids of the links, for the addresses of their pages. */
export const seededLinks = Object.keys(states);

/** The link that a client may use. */
export const GRANTED_LINK = "wide";

/** All that can have happened; a pair of which a page knows nothing is not shown. */
const actions =
  "sign_in sign_out link relink import export_tokens type_password paste_keys bring unlink refresh check vend revoke revoke_unused grant keys_rotated";
const outcomes =
  "succeeded refused unavailable unknown too_many everywhere_else renewed broken recovered reconnect_needed portal_unavailable revoked not_needed gave_up unsupported given ended incomplete";

/**
 * Gives the user of a link at Federia links in every other state, a history of all that can happen, and permissions that wait to be
 * taken back; and ends a connect session.
 * @param about what the app's folder is, where it finds its portals, its client, and the session that is over
 */
export async function seedStates({
  folder,
  portals,
  client,
  expired,
}: {
  folder: string;
  portals: string;
  client: string;
  expired: string;
}) {
  const db = await PGlite.create(join(root, folder, "data"));
  const found = await db.query<{ id: string; user: string }>(
    `SELECT id, "userId" AS user FROM "Account" WHERE provider = 'mlsconnect-federia'`,
  );
  const [first] = found.rows;
  if (!first) throw new Error("There is no link at Federia.");
  const { id: model, user } = first;
  for (const [id, columns] of Object.entries(states)) {
    const changes = { providerAccountId: id, createdAt: inDays(-400), ...columns, id };
    await db.query(
      `INSERT INTO "Account" SELECT (jsonb_populate_record(a, $1)).* FROM "Account" AS a WHERE id = $2`,
      [JSON.stringify(changes), model],
    );
  }
  await db.query(
    `INSERT INTO "PortalTrouble" (portal, environment, failures, reason, "restUntil")
     VALUES ($1, 'production', 9, 'failing', now() + interval '1 hour')`,
    [`olx ${portals}`],
  );
  await db.query(
    `INSERT INTO "ClientUser" ("clientId", "externalId", "userId") VALUES ($1, 'anna', $2)`,
    [client, user],
  );
  await db.query(
    `INSERT INTO "Grant" ("clientId", "accountId", "externalId") VALUES ($1, $2, 'anna')`,
    [client, GRANTED_LINK],
  );
  await db.query(
    `INSERT INTO "Session" ("sessionToken", "userId", expires)
     SELECT md5(n::text), $1, now() + interval '9 days' FROM generate_series(1, 2) AS n`,
    [user],
  );
  await db.query(
    `INSERT INTO "Revocation" (id, "userId", "accountId", connection, environment, member, outcome, "nextTryAt")
     SELECT kind, $1, kind, connection, 'production', kind, outcome, now() + interval '1 day'
     FROM (VALUES ('waits', 'spark', NULL), ('was-refused', 'mlsconnect-caraibes', 'refused'), ('was-given-up', 'immoscout24', 'gave_up'),
       ('was-revoked', 'olx-otodom', 'revoked'), ('was-not-needed', 'olx-storia', 'not_needed')) AS kinds (kind, connection, outcome)`,
    [user],
  );
  await db.query(
    `INSERT INTO "AuditEvent" (action, outcome, actor, "userId", "accountId", connection, "clientId", "requestId", minute, times)
     SELECT action, outcome, actor, $5, $3, 'mlsconnect-federia', who, 'abcdefgh', NULL, 12
     FROM unnest(string_to_array($1, ' ')) AS action, unnest(string_to_array($2, ' ')) AS outcome,
       (VALUES ('user', NULL), ('system', $4), ('key:gone', NULL)) AS actors (actor, who)`,
    [actions, outcomes, GRANTED_LINK, client, user],
  );
  await db.query(
    `UPDATE "ConnectSession" SET "expiresAt" = now() - interval '1 minute' WHERE id = $1`,
    [expired],
  );
  await db.close();
}
