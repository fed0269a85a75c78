import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "@/lib/db/database";
import { healthyColumns } from "./tokens/link-tokens";
import { tokenColumns } from "./tokens/vault";

/** For tests only: a portal that rotates its refresh tokens and is unforgiving, and a link to it. */

type RotatingPortal = {
  url: string;
  /** Every refresh token it was sent, in order. */
  sent: string[];
  /** Milliseconds before an answer. */
  delay: number;
  /** How often a spent refresh token may come again before its family is dead. */
  forgives: number;
  /** Once each, in order: instead of answering, or after the tokens have been rotated. */
  faults: { at: "before" | "after"; answer: (response: ServerResponse) => void }[];
  /** Whether a spent refresh token has come too often. */
  familyDead: boolean;
  expiresIn: number | undefined;
  /** The `Authorization` of every request to anything but the token endpoint, in order. */
  reads: string[];
  /** What those are answered; `adverts` unless told. */
  onRead: (response: ServerResponse, authorization: string) => void | Promise<void>;
  close: () => void;
};

/** What a member's adverts are answered with. */
export const adverts = '{"data":[]}';

export async function rotatingPortal(): Promise<RotatingPortal> {
  const portal: RotatingPortal = {
    url: "",
    sent: [],
    delay: 0,
    forgives: 0,
    faults: [],
    familyDead: false,
    expiresIn: 3600,
    reads: [],
    onRead: (response) => void response.end(adverts),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  let issued = 1;
  let reused = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (!request.url?.endsWith("/token")) {
      const { authorization = "" } = request.headers;
      portal.reads.push(authorization);
      return portal.onRead(response, authorization);
    }
    const { refresh_token } = JSON.parse(body);
    portal.sent.push(refresh_token);
    if (portal.delay) await sleep(portal.delay);
    const fault = portal.faults.shift();
    if (fault?.at === "before") return void fault.answer(response);
    if (refresh_token !== `refresh-${issued}`) {
      const forgiven = refresh_token === `refresh-${issued - 1}` && reused < portal.forgives;
      if (!forgiven) portal.familyDead = true;
      reused += 1;
    }
    if (portal.familyDead) {
      response.writeHead(400, { "content-type": "application/json" });
      return void response.end('{"error":"invalid_grant"}');
    }
    issued += 1;
    if (fault) return void fault.answer(response);
    response.end(
      JSON.stringify({
        access_token: `access-${issued}`,
        refresh_token: `refresh-${issued}`,
        token_type: "Bearer",
        expires_in: portal.expiresIn,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  portal.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return portal;
}

/** Variables of one connection, `olx-otodom`, whose portal is at this address. */
export function rotatingVariables(url: string): Record<string, string> {
  return {
    OLX_SITES: "otodom",
    OLX_CLIENT_ID: "client",
    OLX_CLIENT_SECRET: "client-secret",
    OLX_API_KEY: "key",
    OLX_AUTHORIZATION_URL: `${url}/authorize`,
    OLX_TOKEN_URL: `${url}/token`,
    OLX_MEMBER_URL: `${url}/advert/v1/meta`,
    OLX_API_URL: url,
  };
}

/** A link with `access-1`, which has expired, and `refresh-1`, which is good. */
export async function expiredLink(db: Database, more: Record<string, unknown> = {}) {
  const { id: userId } = await db.user.create({ data: {} });
  const id = crypto.randomUUID();
  const tokens = {
    accessToken: "access-1",
    tokenSecret: null,
    refreshToken: "refresh-1",
    expiresAt: new Date(Date.now() - 1000),
    issuedAt: null,
    scope: "read",
  };
  await db.account.create({
    data: {
      id,
      userId,
      type: "oauth",
      provider: "olx-otodom",
      providerAccountId: `production:${userId}`,
      environment: "production",
      clientId: "client",
      member: {},
      ...(await tokenColumns(id, tokens)),
      ...healthyColumns(new Date(Date.now() - 3_600_000)),
      ...more,
    },
  });
  return id;
}

/** As if the time were over that a portal asked for, or that we gave it: for a link, and for all who ask that portal. */
export async function rested(db: Database, id: string) {
  await db.account.update({ where: { id }, data: { retryAt: null } });
  await db.portalTrouble.deleteMany();
  await sleep(1_050); // for a second a process believes what it has read
}

/** A grant, with the client and its user. @param own Portico's user that the client's user has brought here */
export async function granted(
  db: Database,
  {
    clientId,
    externalId,
    link: accountId,
    own: userId = null,
  }: { clientId: string; externalId: string; link: string; own?: string | null },
) {
  const client = { id: clientId, name: `${clientId} CRM` };
  await db.client.upsert({ where: { id: clientId }, create: client, update: {} });
  const user = { clientId, externalId };
  await db.clientUser.upsert({
    where: { clientId_externalId: user },
    create: { ...user, userId },
    update: { ...(userId && { userId }) },
  });
  await db.grant.create({ data: { ...user, accountId } });
}
