import { gzipSync } from "node:zlib";
import { buildPeers, peersApp, root, startApps, stopApps } from "./apps.mjs";
import { send } from "./load.mjs";
import { openChromium } from "./pages/chromium.mjs";
import { connectSession, manyPortals, userWith } from "./pages/people.mjs";
import { pageOf, requestFor } from "./pages/requests.mjs";
import { open } from "./portico.mjs";

/**
 * What our pages cost, beside a page of Next that says one sentence and is made at each request as well: bytes, computing time, scripts,
 * and how soon and how still they stand on a slow phone.
 */

const MANY = 200;
const SOME = 50;

/** What we ask of ourselves. */
const LIMITS = { html: 250, gzip: 25, cpu: 3, scripts: 12, largest: 1.5, moved: 0 };

export async function run({ server, short, add }) {
  buildPeers();
  const url = await server.create("pages");
  const opened = await open(url);
  const people = new Map();
  for (const links of [SOME, MANY]) people.set(links, await userWith(opened.client, links));
  const secret = await connectSession(opened.client);
  await opened.close();
  const [ours] = await startApps(root, { ...manyPortals, DATABASE_URL: url });
  const [theirs] = await startApps(peersApp, {});
  const plain = { url: `${theirs.url}/plain` };
  const dashboard = (links) => pageOf(ours, "/dashboard", people.get(links));
  const routes = routesOf(ours, people.get(SOME), secret);

  for (const links of [SOME, MANY]) await addBytes(add, `${links} links`, dashboard(links));
  await addBytes(add, "a bare page", plain);
  await addComputing(add, short, [
    { who: `/dashboard, ${SOME} links`, app: ours, page: dashboard(SOME) },
    { who: "a bare page", app: theirs, page: plain },
  ]);
  const chromium = await openChromium();
  await addScripts(add, chromium, routes, plain);
  await addPainting(add, short, chromium, dashboard(SOME), plain);
  await addMoves(add, short, chromium, routes);
  await chromium.close();
  await stopApps([ours, theirs]);
}

/** Every page that people come to. */
function routesOf(app, user, secret) {
  const link = `/dashboard/links/${user.broken}`;
  const inside = {
    "/dashboard": "/dashboard",
    "a link's page": link,
    "unlinking it": `${link}/unlink`,
    "/dashboard/account": "/dashboard/account",
    "/dashboard/account/delete": "/dashboard/account/delete",
    "/dashboard/activity": "/dashboard/activity",
  };
  return [
    ["/", pageOf(app, "/")],
    ["/sign-in, 44 boards", pageOf(app, "/sign-in")],
    ...Object.entries(inside).map(([name, path]) => [name, pageOf(app, path, user)]),
    ["a connect session's page", pageOf(app, `/connect/s/${secret}`)],
  ];
}

async function htmlOf(page) {
  const { status, text } = await send(requestFor(page));
  if (status !== 200) throw new Error(`${page.url} was answered with ${status}`);
  return text;
}

async function addBytes(add, what, page) {
  const html = await htmlOf(page);
  const [raw, packed] = [Buffer.byteLength(html), gzipSync(html).length];
  add(
    "Pages",
    `HTML of /dashboard, at most ${LIMITS.html} and ${LIMITS.gzip} KB`,
    what,
    `${kb(raw)}, gzip ${kb(packed)}`,
  );
}

/** One request at a time, as a browser asks for a page, in small batches that take turns. */
async function addComputing(add, short, [one, other]) {
  const size = short ? 10 : 25;
  const [toWarmUp, rounds] = short ? [10, 6] : [30, 40];
  const ratios = [];
  const figures = new Map([one, other].map((each) => [each, []]));
  for (let n = 0; n < toWarmUp + rounds; n += 1) {
    // Each round in another order: the machine is not equally quiet all the time.
    for (const each of n % 2 ? [one, other] : [other, one]) {
      figures.get(each)[n] = await computingOf(each, size);
    }
    if (n >= toWarmUp) ratios.push(figures.get(one)[n] / figures.get(other)[n]);
  }
  const of = (each) => median(figures.get(each).slice(toWarmUp)).toFixed(2);
  const spread = [0.1, 0.9].map((share) => quantile(ratios, share).toFixed(2)).join(" to ");
  add("Pages", "Computing time of a request", other.who, `${of(other)} ms`);
  add(
    "Pages",
    `Computing time of a request, at most ${LIMITS.cpu} × a bare page`,
    one.who,
    `${of(one)} ms, ${median(ratios).toFixed(2)} × (eight rounds in ten: ${spread})`,
  );
}

/** @returns milliseconds of the app's processor for each */
async function computingOf({ app, page }, size) {
  const request = requestFor(page, { "accept-encoding": "gzip" });
  const before = await app.computed();
  for (let n = 0; n < size; n += 1) await send(request);
  return (((await app.computed()) - before) * 1000) / size;
}

async function addScripts(add, chromium, routes, plain) {
  const bare = await chromium.scripts(plain);
  add("Pages", "Scripts that are loaded, gzip", "a bare page", kb(bare));
  for (const [name, page] of routes) {
    const more = (await chromium.scripts(page)) - bare;
    add("Pages", `Scripts beyond a bare page, gzip, at most ${LIMITS.scripts} KB`, name, kb(more));
  }
}

async function addPainting(add, short, chromium, page, plain) {
  const times = [];
  for (let n = 0; n < (short ? 3 : 21); n += 1) {
    const time = {};
    const turns = [
      ["ours", page],
      ["bare", plain],
    ];
    for (const [who, each] of n % 2 ? turns : turns.toReversed()) {
      time[who] = (await chromium.painting(each)).largest;
    }
    if (n > 0) times.push(time);
  }
  const of = (who) => median(times.map((time) => time[who])).toFixed(0);
  const ratio = median(times.map(({ ours, bare }) => ours / bare)).toFixed(2);
  add("Pages", "Largest paint on a slow phone", "a bare page", `${of("bare")} ms`);
  add(
    "Pages",
    `Largest paint on a slow phone, at most ${LIMITS.largest} × a bare page`,
    `/dashboard, ${SOME} links`,
    `${of("ours")} ms, ${ratio} ×`,
  );
}

async function addMoves(add, short, chromium, routes) {
  for (const [name, page] of routes) {
    let most = 0;
    for (let n = 0; n < (short ? 1 : 3); n += 1) {
      most = Math.max(most, (await chromium.painting(page)).moved);
    }
    add("Pages", `Layout shift on a slow phone, at most ${LIMITS.moved}`, name, most.toFixed(4));
  }
}

function kb(bytes) {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)];
}
