import { join } from "node:path";
import { familyPortal, tokensOf } from "../lib/accounts/refresh/fixtures/portal.ts";
import { settingsFor } from "../lib/accounts/refresh/fixtures/processes.ts";
import { linkTo } from "../lib/accounts/refresh/fixtures/storm.ts";
import { openDatabase } from "../lib/db/open.ts";
import { buildPeers, peersApp, root, startApps, stopApps } from "./apps.mjs";
import { send } from "./load.mjs";
import { peersOn } from "./peers.mjs";
import { makeKey, tokenCall } from "./portico.mjs";

/** Many callers at once, over HTTP, of a link whose token has expired, at a portal that forgives nothing. */

const sizes = [2, 10, 50, 500];

export async function run({ server, folder, secret, short, add }) {
  buildPeers();
  for (const delay of short ? [50] : [50, 15_000]) {
    const portal = await familyPortal({ delay });
    const answers = `portal answers in ${delay < 1000 ? `${delay} ms` : `${delay / 1000} s`}`;
    const storms = (conditions, who, side) =>
      stormsOf({ portal, delay }, side, (callers, result) =>
        add("Storm", `${callers} callers, ${conditions}, ${answers}`, who, result),
      );
    for (const processes of [1, 3]) {
      const conditions = `${processes} × PostgreSQL`;
      const url = await server.create(`portico-${delay}-${processes}`);
      await storms(conditions, "Portico", portico(settingsFor(url, portal.url), processes));
      for (const [who, kind] of [
        ["Better Auth", "betterAuthLink"],
        ["Auth.js guide", "guideLink"],
      ]) {
        const settings = {
          DATABASE_URL: await server.create(`${kind}-${delay}-${processes}`),
          PORTAL_URL: portal.url,
          PEER_URL: "http://localhost:3000",
          PEER_SECRET: secret(),
        };
        await storms(conditions, who, peer(kind, settings, processes));
      }
    }
    const embedded = { DATABASE_URL: "", DATABASE_DIRECTORY: join(folder, `storm-${delay}`) };
    const settings = { ...settingsFor("", portal.url), ...embedded };
    await storms("1 × embedded", "Portico", portico(settings, 1));
    portal.close();
  }
}

/** The links first and a storm over each afterwards; where the portal is slow, all storms at once. */
async function stormsOf({ portal, delay }, start, tell) {
  const families = sizes.map(() => portal.family());
  const { apps, calls, stop } = await start(families);
  const results = [];
  for (const [n, callers] of sizes.entries()) {
    const result = storm(apps, callers, families[n], calls[n]);
    results.push(result);
    if (delay < 1000) await result;
  }
  for (const [n, result] of (await Promise.all(results)).entries()) tell(sizes[n], result);
  await stop();
}

async function storm(apps, callers, family, call) {
  const answers = await Promise.all(
    Array.from({ length: callers }, (_, n) => send(call(apps[n % apps.length]))),
  );
  const good = answers.filter(({ status, text }) => status === 200 && hasToken(text, family));
  const failed = callers - good.length;
  return `${family.asked} upstream, ${failed} failed, link ${family.dead ? "dead" : "alive"}`;
}

/** One of the family's tokens but not the first, which has expired. */
function hasToken(text, { name }) {
  const [, number] = new RegExp(`"${name}\\.(\\d+)\\.access"`).exec(text) ?? [];
  return Number(number) > 1;
}

function portico(settings, processes) {
  return async (families) => {
    const { DATABASE_URL, DATABASE_DIRECTORY: directory } = settings;
    const opened = await openDatabase({ url: DATABASE_URL || null, directory });
    const links = [];
    for (const family of families) links.push(await linkTo(opened.client, family));
    const key = await makeKey(opened);
    await opened.close();
    const apps = await startApps(root, settings, processes);
    for (const app of apps) await send(tokenCall(app.url, key, "nobodys"));
    const calls = links.map((link) => (app) => tokenCall(app.url, key, link));
    return { apps, calls, stop: () => stopApps(apps) };
  };
}

/** A peer that is set up wrongly would be measured unfairly. */
async function mustAnswer(call) {
  const { status, text } = await send(call);
  if (status !== 200) throw new Error(`${call.url} answers ${status}: ${text}`);
}

function peer(kind, settings, processes) {
  return async (families) => {
    const peers = await peersOn(settings);
    const anHourAgo = new Date(Date.now() - 3_600_000);
    const inAnHour = new Date(Date.now() + 3_600_000);
    const calls = [];
    for (const family of families) calls.push(await peers[kind](tokensOf(family), anHourAgo));
    const warm = await peers[kind](tokensOf(families[0]), inAnHour);
    await peers.close();
    const apps = await startApps(peersApp, settings, processes);
    for (const app of apps) await mustAnswer(warm(app));
    return { apps, calls, stop: () => stopApps(apps) };
  };
}
