import { familyPortal, tokensOf } from "../lib/accounts/refresh/fixtures/portal.ts";
import { settingsFor } from "../lib/accounts/refresh/fixtures/processes.ts";
import { linkTo } from "../lib/accounts/refresh/fixtures/storm.ts";
import { buildPeers, peersApp, root, startApps, stopApps } from "./apps.mjs";
import { measure, measureAt } from "./load.mjs";
import { peersOn } from "./peers.mjs";
import { addCopies, makeKey, open, renew, tidy, tokenCall } from "./portico.mjs";

/**
 * A good token over HTTP, again and again, from one process each; all on one PostgreSQL server. First as many as there can be,
 * with what each costs its process; then at fixed rates, of which a caller sees the times.
 */

const LINKS = 1_000;

/** Of what a contender can do at most. */
const LOADS = [0.5, 0.9];

export async function run({ server, secret, short, add }) {
  const manyLinks = short ? 20_000 : 1_000_000;
  buildPeers();
  const portal = await familyPortal({ delay: 0 });
  const small = await porticoWith(server, portal, "small", LINKS);
  const large = await porticoWith(server, portal, "large", manyLinks);
  const peers = await peersBeside(server, portal, small, secret());
  const many = `${manyLinks.toLocaleString("en")} links`;
  const contenders = [
    { who: "A bare Next route, one row", requests: peers.bare, app: peers.app },
    { who: "Portico, at the public address", requests: small.calls, app: small.app },
    { who: `Portico, at the public address, ${many}`, requests: large.calls, app: large.app },
    { who: "Portico, on API_PORT", requests: small.callsOfApi, app: small.app },
    { who: "Better Auth getAccessToken", requests: peers.betterAuth, app: peers.app },
  ].map((contender) => ({ ...contender, rounds: [] }));

  for (const { requests } of contenders) await measure(requests, { seconds: short ? 1 : 5 });
  const seconds = short ? 1 : 4;
  for (let round = 0; round < (short ? 3 : 9); round += 1) {
    // Each round in another order: the machine is not equally quiet all the time.
    for (let n = 0; n < contenders.length; n += 1) {
      const { requests, app, rounds } = contenders[(n + round) % contenders.length];
      const before = await app.computed();
      const measured = await measure(requests, { seconds });
      rounds.push({ ...measured, cpu: ((await app.computed()) - before) / measured.count });
    }
  }
  const [bare] = contenders;
  const betterAuth = contenders.at(-1);
  for (const { who, rounds } of contenders) {
    const medianOf = (figure) => median(rounds.map(figure));
    const cpu = medianOf((round, n) => round.cpu / bare.rounds[n].cpu);
    const faster = medianOf((round, n) => round.perSecond / betterAuth.rounds[n].perSecond);
    const { perSecond, p99 } = {
      perSecond: medianOf((round) => round.perSecond),
      p99: medianOf((round) => round.p99),
    };
    add(
      "Speed",
      "fresh token over HTTP, 16 connections, 1,000 links unless said",
      who,
      `${Math.round(perSecond)}/s, p99 ${p99.toFixed(0)} ms, CPU ${cpu.toFixed(2)} × bare, ${faster.toFixed(2)} × Better Auth${failures(rounds)}`,
    );
  }
  for (const { who, requests, rounds } of contenders) {
    const most = median(rounds.map((round) => round.perSecond));
    for (const load of LOADS) {
      const perSecond = most * load;
      const at = await measureAt(requests, { perSecond, seconds: short ? 2 : 20 });
      add(
        "Speed at a fixed rate",
        `${load * 100} % of what it can do`,
        who,
        `${Math.round(perSecond)}/s, p50 ${at.p50.toFixed(1)} ms, p99 ${at.p99.toFixed(1)} ms${failures([at])}`,
      );
    }
  }
  await Promise.all([small, large, peers].map(({ stop }) => stop()));
  portal.close();
}

function failures(rounds) {
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
  return failed ? `, ${failed} FAILED` : "";
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
  const [app] = apps;
  const callsTo = (address) => shuffled(links.map((link) => tokenCall(address, key, link)));
  return {
    url,
    links,
    calls: callsTo(app.url),
    callsOfApi: callsTo(app.apiUrl),
    app,
    stop: () => stopApps(apps),
  };
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
  const apps = await startApps(peersApp, settings);
  return {
    betterAuth: calls.map((call) => call(apps[0])),
    bare: links.map((id) => ({ url: `${apps[0].url}/bare`, body: JSON.stringify({ id }) })),
    app: apps[0],
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
