import { join } from "node:path";
import { familyPortal, tokensOf } from "../lib/accounts/refresh/fixtures/portal.ts";
import { settingsFor } from "../lib/accounts/refresh/fixtures/processes.ts";
import { linkTo } from "../lib/accounts/refresh/fixtures/storm.ts";
import { build, root, startApps, stopApps } from "./apps.mjs";
import { measure } from "./load.mjs";
import { peersOn } from "./peers.mjs";
import { addCopies, makeKey, open, renew, tidy, tokenCall } from "./portico.mjs";

/** A good token over HTTP, again and again, from one process each; all on one PostgreSQL server. */

const LINKS = 1_000;

export async function run({ server, secret, short, add }) {
  const manyLinks = short ? 20_000 : 1_000_000;
  build(join(root, "bench/peers"));
  const portal = await familyPortal({ delay: 0 });
  const small = await porticoWith(server, portal, "small", LINKS);
  const large = await porticoWith(server, portal, "large", manyLinks);
  const peers = await peersBeside(server, portal, small, secret());
  const contenders = [
    { who: "A bare Next route, one row", conditions: "1,000 links", requests: peers.bare },
    { who: "Portico", conditions: "1,000 links", requests: small.requests },
    {
      who: "Portico",
      conditions: `${manyLinks.toLocaleString("en")} links`,
      requests: large.requests,
    },
    { who: "Better Auth getAccessToken", conditions: "1,000 links", requests: peers.betterAuth },
  ].map((contender) => ({ ...contender, rounds: [] }));

  for (const { requests } of contenders) await measure(requests, { seconds: short ? 1 : 5 });
  for (let round = 0; round < (short ? 3 : 9); round += 1) {
    // Each round in another order: the machine is not equally quiet all the time.
    for (let n = 0; n < contenders.length; n += 1) {
      const { requests, rounds } = contenders[(n + round) % contenders.length];
      rounds.push(await measure(requests, { seconds: short ? 1 : 4 }));
    }
  }
  const ours = contenders[1];
  for (const { who, conditions, rounds } of contenders) {
    const perSecond = median(rounds.map((round) => round.perSecond));
    const p99 = median(rounds.map((round) => round.p99));
    const ratio = median(rounds.map((round, n) => round.perSecond / ours.rounds[n].perSecond));
    const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
    add(
      "Speed",
      `fresh token over HTTP, 16 connections, ${conditions}`,
      who,
      `${Math.round(perSecond)}/s, p99 ${p99.toFixed(0)} ms, ${ratio.toFixed(2)} × Portico at 1,000${failed ? `, ${failed} FAILED` : ""}`,
    );
  }
  await Promise.all([small, large, peers].map(({ stop }) => stop()));
  portal.close();
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** A thousand links that are asked for, among as many as there are to be. */
async function porticoWith(server, portal, name, count) {
  const url = await server.create(name);
  const opened = await open(url);
  const db = opened.client;
  const links = [];
  for (let group = 0; group < 10; group += 1) {
    const these = [];
    for (let n = 0; n < LINKS / 10; n += 1) these.push(await linkTo(db, portal.family()));
    await renew(db, these);
    if (count > LINKS) await addCopies(url, these[0], (count - LINKS) / 10);
    links.push(...these);
  }
  await tidy(url);
  const key = await makeKey(opened);
  await opened.close();
  const apps = await startApps(root, settingsFor(url, portal.url));
  const requests = links.map((link) => tokenCall(apps[0], key, link));
  return { url, links, requests: shuffled(requests), stop: () => stopApps(apps) };
}

async function peersBeside(server, portal, { url, links }, PEER_SECRET) {
  const settings = {
    DATABASE_URL: await server.create("peers"),
    BARE_DATABASE_URL: url,
    PORTAL_URL: portal.url,
    PEER_URL: "http://localhost:3000",
    PEER_SECRET,
  };
  const tables = await peersOn(settings);
  const tomorrow = new Date(Date.now() + 86_400_000);
  const calls = [];
  for (let n = 0; n < LINKS; n += 1) {
    calls.push(await tables.betterAuthLink(tokensOf(portal.family()), tomorrow));
  }
  await tables.close();
  const apps = await startApps(join(root, "bench/peers"), settings);
  return {
    betterAuth: calls.map((call) => call(apps[0])),
    bare: links.map((id) => ({ url: `${apps[0].url}/bare`, body: JSON.stringify({ id }) })),
    stop: () => stopApps(apps),
  };
}

/** So that neighbours in the table are not asked for one after the other. */
function shuffled(values) {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
