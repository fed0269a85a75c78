import { Client } from "pg";
import { tokensOf } from "../../lib/accounts/refresh/fixtures/portal.ts";
import { peersApp, startApps } from "../apps.mjs";
import { send } from "../load.mjs";
import { peersOn } from "../peers.mjs";
import { SAME_FOR_ALL } from "./link.mjs";

/** A peer in the weather: three processes of its app beside one PostgreSQL. */

/** How its links' expiry is moved, in seconds. */
const moves = {
  betterAuthLink: `UPDATE account SET "accessTokenExpiresAt" = "accessTokenExpiresAt" - make_interval(secs => $1::int)`,
  guideLink: "UPDATE guide_account SET expires_at = expires_at - $1::int",
};

/** Longer than any portal of the weather takes. */
const PATIENCE_MS = 60_000;

/** @param kind `betterAuthLink` or `guideLink` */
export async function peerSide({ server, portal, secret, kind, name }) {
  const settings = {
    DATABASE_URL: await server.create(name),
    PORTAL_URL: portal.urls[0],
    PEER_URL: "http://localhost:3000",
    PEER_SECRET: secret(),
  };
  const peers = await peersOn(settings);
  return {
    processes: 3,
    async addLink(link) {
      link.call = await peers[kind](tokensOf(link.family), new Date(Date.now() - 1000));
    },
    async start() {
      const [app] = await startApps(peersApp, settings);
      const ask = (asks) => Promise.all(asks.map((each) => askApp(app, each)));
      return { ask, kill: app.stop, end: app.end };
    },
    settings() {},
    async pass(seconds) {
      const session = new Client(settings.DATABASE_URL);
      await session.connect();
      await session.query(moves[kind], [seconds]);
      await session.end();
    },
    close: () => peers.close(),
  };
}

async function askApp(app, { link, callers }) {
  const call = link.call(app);
  return Promise.all(Array.from({ length: callers }, () => answerTo(call)));
}

async function answerTo(call) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await send({ ...call, signal }).catch(() => null);
  if (!answer) return { gone: true };
  const [, set] = /\.(\d+)\.access"/.exec(answer.text) ?? [];
  if (answer.status === 200 && set) return { set: Number(set) };
  return { kind: SAME_FOR_ALL, reason: `${answer.status} ${answer.text}`.slice(0, 200) };
}
