import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { boardVariables } from "../lib/auth/testing.ts";
import { postgresServer } from "../lib/db/testing.ts";
import { buildPeers, peersApp, root, startApps, stopApps } from "./apps.mjs";
import { Browser, formOn } from "./browser.mjs";
import { begin, comeBack, newBrowser } from "./flows.mjs";
import { openPortal } from "./portal.mjs";
import { open } from "./portico.mjs";

/**
 * What a sign-in costs, beside Auth.js with its Prisma adapter as its documentation has it: both ask the same portal, and keep what it
 * says on the same PostgreSQL server. One request at a time, in small batches that take turns.
 */

const STEPS = {
  form: "start, from the sign-in page's form",
  startUrl: "start, from a portal's dashboard (Start_URL)",
  returning: "callback, of a member who has been here",
  first: "callback, of a member who is new",
};

export async function run({ short, add }) {
  buildPeers();
  const server = await postgresServer({ durable: true });
  const portal = await openPortal();
  const portico = await porticoAt(server, portal);
  const authJs = await authJsAt(server, portal);
  const both = [portico, authJs];
  const size = short ? 5 : 15;
  for (const each of both) {
    each.members = await Promise.all(Array.from({ length: size }, () => newcomer(each)));
  }

  const rounds = [];
  const toWarmUp = short ? 4 : 40;
  for (let n = 0; n < toWarmUp + (short ? 6 : 40); n += 1) {
    // Each round in another order: the machine is not equally quiet all the time.
    const turns = n % 2 ? both : both.toReversed();
    const round = Object.fromEntries(Object.keys(STEPS).map((step) => [step, new Map()]));
    const batches = new Map(turns.map((each) => [each, batchesOf(each, size)]));
    for (const step of Object.keys(STEPS)) {
      for (const each of turns) {
        round[step].set(each, await measureBatch(each, portal, batches.get(each)[step]));
      }
    }
    // Those who were new come back in the next round: a member has few sessions.
    for (const each of turns) each.members = batches.get(each).newcomers();
    if (n >= toWarmUp) rounds.push(round);
  }
  for (const [step, name] of Object.entries(STEPS)) {
    for (const each of both) add("Sign-in", name, each.who, resultOf(rounds, step, each, authJs));
  }
  await stopApps([portico.app, authJs.app]);
  portal.close();
  await server.stop();
}

/** The median of the ratios within each round, and of the figures themselves. */
function resultOf(rounds, step, each, other) {
  const of = (figure) => median(rounds.map((round) => round[step].get(each)[figure]));
  const ratioOf = (figure) =>
    median(rounds.map((round) => round[step].get(each)[figure] / round[step].get(other)[figure]));
  return `${of("time").toFixed(2)} ms without the portal, ${ratioOf("time").toFixed(2)} × Auth.js; CPU ${of("cpu").toFixed(2)} ms, ${ratioOf("cpu").toFixed(2)} ×`;
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** Each of a batch's sign-ins begins twice, by form and by Start_URL, and both come back. */
function batchesOf(contender, size) {
  const begun = [];
  const fresh = [];
  return {
    newcomers: () => fresh.map(({ browser }) => browser),
    form: Array.from({ length: size }, (_, n) => async () => {
      const browser = contender.members[n];
      browser.endSession();
      begun.push({ browser, state: await begin(browser, contender.form) });
    }),
    startUrl: Array.from({ length: size }, () => async () => {
      const browser = newBrowser();
      fresh.push({ browser, state: await begin(browser, { url: contender.startUrl }) });
    }),
    returning: Array.from({ length: size }, (_, n) => () => {
      const { browser, state } = begun[n];
      return comeBack(contender, browser, { state, member: browser.member });
    }),
    first: Array.from({ length: size }, (_, n) => () => {
      const { browser, state } = fresh[n];
      return comeBack(contender, browser, { state, member: browser.member });
    }),
  };
}

/** A browser in which a member has signed in. */
async function newcomer(contender) {
  const browser = newBrowser();
  const state = await begin(browser, { url: contender.startUrl });
  await comeBack(contender, browser, { state, member: browser.member });
  return browser;
}

/** @returns milliseconds for each, without the portal's: until the answer, and of the app's processor */
async function measureBatch({ app }, portal, batch) {
  const before = await app.computed();
  const [from, portalBefore] = [performance.now(), portal.taken()];
  for (const each of batch) await each();
  const time = performance.now() - from - (portal.taken() - portalBefore);
  const cpu = ((await app.computed()) - before) * 1000;
  return { time: time / batch.length, cpu: cpu / batch.length };
}

async function porticoAt(server, portal) {
  const url = await server.create("portico");
  await (await open(url)).close();
  const settings = { ...boardVariables(portal.url), DATABASE_URL: url };
  const [app] = await startApps(root, settings);
  return contenderAt(app, "Portico", "mlsconnect-federia", "mlsconnect/federia");
}

async function authJsAt(server, portal) {
  const url = await server.create("auth-js");
  const session = new Client(url);
  await session.connect();
  await session.query(readFileSync(join(peersApp, "prisma/tables.sql"), "utf8"));
  await session.end();
  const [app] = await startApps(peersApp, { AUTH_JS_DATABASE_URL: url, PORTAL_URL: portal.url });
  return contenderAt(app, "Auth.js with its Prisma adapter", "portal", "portal");
}

async function contenderAt(app, who, provider, startPath) {
  const page = `${app.url}/sign-in`;
  return {
    ...{ app, who },
    form: formOn((await new Browser().go({ url: page })).text, page),
    startUrl: `${app.url}/start/${startPath}`,
    callback: `${app.url}/api/auth/callback/${provider}`,
  };
}
