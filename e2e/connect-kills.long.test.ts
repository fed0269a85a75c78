import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeKey } from "@/lib/accounts/clients/service-keys";
import { endDueSessions } from "@/lib/accounts/connect/ends";
import { retryAllDue } from "@/lib/accounts/revocation/clock";
import { settleLostCodes } from "@/lib/accounts/revocation/lost-codes";
import { openColumn } from "@/lib/accounts/tokens/link-tokens";
import type { Database } from "@/lib/db/database";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { atPort, postgresServer } from "@/lib/db/testing";
import { type Fate, fuse, fusedProxy, switchedPort } from "./support/fuse";
import { nextStart } from "./support/next-start";
import { tenPorts } from "./support/ports";
import { tokenPortal } from "./support/token-portal";

/**
 * The production build, killed at each message that it sends to its database or to the portal, from the first press of a connect session to
 * its finish. Another process of the same deployment goes on. In the end the portal's own list of tokens is the judge.
 */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** At each step, however few messages it sends. */
const KILLS = 20;

const RETURN_URL = "https://crm.example/portals";
const VERIFIER = "v".repeat(43);
const BOARD = "mlsconnect-federia";

const server = await postgresServer();
const wire = fuse();
const portal = await tokenPortal(wire);
const stops: (() => unknown)[] = [() => portal.close(), () => server?.stop()];

let db: Database;
let key = "";
let origin = "";
let front: Awaited<ReturnType<typeof switchedPort>>;
let direct = "";
let fused = "";
let ports: { next: number; last: number };
let survivor: App;

beforeAll(async () => {
  if (!server) return;
  direct = await server.create("portico");
  const first = await tenPorts();
  origin = `http://localhost:${first + 1}`;
  ports = { next: first + 2, last: first + 9 };
  for (const [name, value] of Object.entries(settings(direct))) vi.stubEnv(name, value);
  const { client, close } = await openDatabase({ url: direct, directory: "" });
  stops.push(close);
  at.client = db = client;
  await db.client.create({ data: { id: "acme", name: "Acme CRM", returnUrls: [RETURN_URL] } });
  const calls = ["connect", "links", "token"] as const;
  key = (await makeKey({ name: "crm", client: "acme", connections: [], calls: [...calls] })).text;
  const proxy = await fusedProxy(Number(new URL(direct).port), wire);
  stops.push(() => proxy.close());
  fused = atPort(direct, proxy.port);
  front = await switchedPort(first + 1);
  stops.push(() => front.close());
  survivor = await startApp(direct);
});

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

function settings(database: string) {
  return {
    AUTH_SECRET: process.env.AUTH_SECRET ?? "",
    TOKEN_KEYS: process.env.TOKEN_KEYS ?? "",
    AUTH_URL: origin,
    DATABASE_URL: database,
    LOG_LEVEL: "error",
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_AUTHORIZATION_URL: `${portal.url}/authorize`,
    MLSCONNECT_TOKEN_URL: `${portal.url}/token`,
    MLSCONNECT_MEMBER_URL: `${portal.url}/me`,
    MLSCONNECT_REVOCATION_URL: `${portal.url}/revoke`,
    MLSCONNECT_API_URL: portal.url,
  };
}

type App = Awaited<ReturnType<typeof startApp>>;

async function startApp(database: string) {
  const port = ports.next;
  ports.next = port === ports.last ? ports.last - 6 : port + 1;
  const child = spawn(process.execPath, nextStart(port), {
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...settings(database) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  stops.push(() => void child.kill("SIGKILL"));
  while (!(await fetch(`http://localhost:${port}/readyz`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error("The app did not start.");
    await sleep(50);
  }
  return {
    port,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    /** As `kill`, at once and without a word more. */
    die: () => void child.kill("SIGKILL"),
    ended,
  };
}

/** A person's way, in one browser, and what the client's server knows of it. */
type Walk = {
  member: string;
  session: string;
  page: string;
  cookies: Map<string, string>;
  /** The portal's redirect back to us. */
  callback: string;
  wayBack: string;
  /** The client's code. */
  code: string;
};

async function beginWalk(): Promise<Walk> {
  const member = `m-${randomUUID()}`;
  const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const body = {
    ...{ connections: [BOARD], return_url: RETURN_URL, challenge },
    user: { external_id: member },
  };
  const { status, json } = await api("/connect-sessions", body);
  expect(status).toBe(201);
  const cookies = new Map<string, string>();
  const page = new URL(json.url).pathname;
  return { member, session: json.id, page, cookies, callback: "", wayBack: "", code: "" };
}

async function api(path: string, body?: object) {
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      authorization: `Bearer ${key}`,
      connection: "close",
      "content-type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

/** One request of the person's browser. */
async function browse({ cookies }: Walk, path: string, form?: FormData) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(new URL(path, origin), {
    method: form ? "POST" : "GET",
    redirect: "manual",
    headers: { cookie, origin, connection: "close" },
    ...(form && { body: form }),
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return { location: answer.headers.get("location") ?? "", html: await answer.text() };
}

/** As a browser without scripts sends a form. */
function formIn(html: string, having: string) {
  const form = [...html.matchAll(/<form\b.*?<\/form>/gs)].find(([each]) => each.includes(having));
  const fields = new FormData();
  for (const [input] of form?.[0].matchAll(/<input\b[^>]*>/g) ?? []) {
    const [, name = ""] = /\bname="([^"]*)"/.exec(input) ?? [];
    const [, value = ""] = /\bvalue="([^"]*)"/.exec(input) ?? [];
    if (name) fields.set(name, value);
  }
  return fields;
}

const steps: Record<string, (walk: Walk) => Promise<void>> = {
  async "the press"(walk) {
    const { html } = await browse(walk, walk.page);
    const { location } = await browse(walk, walk.page, formIn(html, BOARD));
    const state = new URL(location).searchParams.get("state") ?? "";
    const query = new URLSearchParams({ code: portal.agree(walk.member), state });
    walk.callback = `/api/auth/callback/${BOARD}?${query}`;
  },
  async "the portal's answer"(walk) {
    const { location } = await browse(walk, walk.callback);
    if (!location.endsWith("/back")) throw new Error(location);
    walk.wayBack = location;
  },
  async "the way back"(walk) {
    const { location } = await browse(walk, walk.wayBack);
    walk.code = new URL(location).searchParams.get("code") ?? "";
  },
  async "the finish"(walk) {
    const body = { code: walk.code, external_id: walk.member, verifier: VERIFIER };
    const { status, json } = await api(`/connect-sessions/${walk.session}/finish`, body);
    if (status !== 200 || json.links.length !== 1) throw new Error(`${status}`);
  },
};
const names = Object.keys(steps);

/** How many messages each step sends. */
async function lengths(): Promise<number[]> {
  const found: number[] = [];
  const app = await startApp(fused);
  front.to(app.port);
  const walk = await beginWalk();
  for (const step of names) {
    wire.reset();
    await steps[step]?.(walk);
    await sleep(300); // what goes on after the answer
    found.push(wire.sent());
  }
  await app.kill();
  return found;
}

type Killed = { walk: Walk; tried: boolean; where: string; problem: string | null };

/** What the person and the client's server do after a kill: they try again, or they never come back. */
async function goOn(walk: Walk, step: number, tries: boolean) {
  if (!tries) return;
  const from = names[step] === "the portal's answer" ? 0 : step; // its address is used: they press again
  for (const name of names.slice(from)) await steps[name]?.(walk);
}

test(`${KILLS} kills at each step of a connect session, and three times as many at the exchange`, {
  timeout: 40 * 60_000,
}, async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  front.to(survivor.port);
  const messages = await lengths();
  const walks: Killed[] = [];
  let victim = startApp(fused);
  for (const [step, name] of names.entries()) {
    const kills = name === "the portal's answer" ? 3 * KILLS : KILLS;
    for (let n = 0; n < kills; n += 1) {
      const app = await victim;
      const fate: Exclude<Fate, "passes"> = n % 2 === 0 ? "dropped" : "lost";
      const message = 1 + Math.floor((Math.floor(n / 2) * (messages[step] ?? 1)) / (kills / 2));
      front.to(app.port);
      const walk = await beginWalk();
      for (const before of names.slice(0, step)) await steps[before]?.(walk);
      wire.arm(message, fate, app.die);
      await steps[name]?.(walk).catch(() => null);
      if (wire.sent() < message) app.die();
      await app.ended;
      wire.reset();
      victim = startApp(fused);
      front.to(survivor.port);
      const tried = n % 4 < 2;
      const problem = await goOn(walk, step, tried).then(
        () => null,
        (error: unknown) => String(error),
      );
      walks.push({ walk, tried, where: `${name}, message ${message} ${fate}`, problem });
    }
  }
  await (await victim).kill();
  await survivor.kill();

  await timePasses();
  const verdicts = await Promise.all(walks.map(judge));
  expect(verdicts.filter((verdict) => verdict !== null)).toEqual([]);
  const linked = await db.account.count();
  const figures = [
    `${walks.length} kills; messages at each step: ${names.map((name, n) => `${name} ${messages[n]}`).join(", ")}`,
    `${portal.issued()} tokens issued, ${linked} links made, 0 tokens left at the portal that are no link's`,
  ];
  await context.annotate(figures.join("\n"), "figure");
  expect(linked).toBeGreaterThan(walks.length / 2 - 1);
});

/** All that the clocks do, as if each had come round often enough. */
async function timePasses() {
  const past = new Date(0);
  await db.connectSession.updateMany({
    where: { status: { in: ["open", "started", "waiting"] } },
    data: { expiresAt: past },
  });
  while ((await endDueSessions()) > 0);
  for (let round = 0; round < 3; round += 1) {
    await db.codeExchange.updateMany({ data: { nextTryAt: past } });
    while ((await settleLostCodes()) > 0);
    await db.revocation.updateMany({ data: { nextTryAt: past, leaseUntil: null } });
    await retryAllDue();
  }
}

/** Null where all is well: a link whose token works, or no link, and no other token that works. */
async function judge({ walk, tried, where, problem }: Killed) {
  const links = await db.account.findMany({ where: { providerAccountId: walk.member } });
  const held = await Promise.all(links.map((link) => openColumn(link, "access_token")));
  const alive = portal.alive(walk.member);
  const isWell = links.length <= 1 && JSON.stringify(held) === JSON.stringify(alive);
  const isKept = !tried || links.length === 1;
  return isWell && isKept ? null : { where, tried, problem, links: links.length, alive };
}
