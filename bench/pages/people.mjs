import { randomBytes } from "node:crypto";
import { sha256 } from "../../lib/accounts/tokens/sha256.ts";

/** Those who look at the pages: users with links, written to the database. No page opens a token, so none is sealed. */

const BOARDS = Array.from({ length: 44 }, (_, n) => `board-${n + 1}`);

/** Where the links are: several at each. */
const CONNECTIONS = [
  ...["olx-otodom", "olx-imovirtual", "olx-storia", "spark", "immoscout24"],
  ...BOARDS.slice(0, 12).map((board) => `mlsconnect-${board}`),
];

const CLIENT = "client";

/** A deployment with 44 boards, three sites, Spark and ImmoScout24, all of them at an address where nothing answers. */
export const manyPortals = {
  PORTAL_SIMULATOR: "http://localhost:9",
  MLSCONNECT_BOARDS: BOARDS.join(" "),
  ...credentials("MLSCONNECT"),
  ...credentials("OLX"),
  OLX_API_KEY: "key",
  ...credentials("SPARK"),
  ...credentials("IMMOSCOUT24"),
};

function credentials(portal) {
  return { [`${portal}_CLIENT_ID`]: CLIENT, [`${portal}_CLIENT_SECRET`]: `secret-of-${portal}` };
}

const NAMES = [
  "Anna Peeters",
  "Bram De Smet",
  "Zofia Wiśniewska",
  "João Ferreira",
  "Ioana Popescu",
];
const AGENCIES = ["Immo Peeters", "Nieruchomości Wiśniewska i Wspólnicy", "Casa do Tejo", null];
const LABELS = ["Main office", "Rentals in the old town", "Colleague on leave"];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** @returns what the user's browser holds for a session, and one of the user's broken links */
export async function userWith(db, links) {
  const [name] = NAMES;
  const email = "anna.peeters@example.com";
  const { id: userId } = await db.user.create({ data: { name, email } });
  const cookie = randomBytes(32).toString("base64url");
  const expires = new Date(Date.now() + DAY_MS);
  await db.session.create({ data: { sessionToken: sha256(cookie), userId, expires } });
  const rows = Array.from({ length: links }, (_, n) => linkOf(userId, n));
  await db.account.createMany({ data: rows });
  const broken = rows.find(({ reconnectReason }) => reconnectReason !== null).id;
  await db.auditEvent.createMany({ data: rows.flatMap((row) => eventsOf(row, row.id === broken)) });
  return { cookie, broken };
}

/** One in eight is broken, and one in three has a name of its user's. */
function linkOf(userId, n) {
  const provider = CONNECTIONS[n % CONNECTIONS.length];
  const name = NAMES[n % NAMES.length];
  const isSigned = provider === "immoscout24";
  const checkedAt = new Date(Date.now() - (n + 1) * 17 * MINUTE_MS);
  return {
    ...{ id: crypto.randomUUID(), userId, type: "oauth", provider, checkedAt },
    providerAccountId: `${userId}-${n}`,
    environment: "production",
    clientId: CLIENT,
    access_token: "sealed",
    refresh_token: isSigned ? null : "sealed",
    expires_at: isSigned ? null : Math.floor((Date.now() + DAY_MS) / 1000),
    member: {
      name,
      email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}${n}@example.com`,
      agency: AGENCIES[n % AGENCIES.length],
      listings: n % 2 ? n : null,
    },
    label: n % 3 === 0 ? `${LABELS[n % LABELS.length]} ${n}` : null,
    tokensAt: checkedAt,
    checkOutcome: "ok",
    reconnectReason: n % 8 === 3 ? "invalid_grant" : null,
    lookAt: new Date(Date.now() + 300 * DAY_MS), // no event comes meanwhile
  };
}

/** What has happened to a link: it was linked, and one of them refreshed for a while. */
function eventsOf({ userId, id: accountId, provider: connection }, isBusy) {
  const event = (action, n) => ({
    ...{ action, userId, accountId, connection, outcome: "succeeded" },
    actor: action === "link" ? "user" : "system",
    requestId: randomBytes(8).toString("hex"),
    at: new Date(Date.now() - (30 - n) * DAY_MS),
  });
  const refreshes = Array.from({ length: isBusy ? 20 : 0 }, (_, n) => event("refresh", n + 1));
  return [event("link", 0), ...refreshes];
}

/** A client's session for a user of its own, in which every connection is asked for. @returns its secret */
export async function connectSession(db) {
  const clientId = "acme";
  const returnUrl = "https://crm.example/portals";
  await db.client.create({ data: { id: clientId, name: "Acme CRM", returnUrls: [returnUrl] } });
  const secret = randomBytes(32).toString("base64url");
  await db.connectSession.create({
    data: {
      ...{ clientId, returnUrl, id: `cs_${randomBytes(16).toString("base64url")}` },
      ...{ externalId: "agent-1", name: NAMES[0], email: "anna.peeters@example.com" },
      connections: [...CONNECTIONS.slice(0, 5), ...BOARDS.map((board) => `mlsconnect-${board}`)],
      secretHash: sha256(secret),
      expiresAt: new Date(Date.now() + DAY_MS),
    },
  });
  return secret;
}
