import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeKey } from "@/lib/accounts/clients/service-keys";
import { familyPortal } from "@/lib/accounts/refresh/fixtures/portal";
import { settingsFor } from "@/lib/accounts/refresh/fixtures/processes";
import { linkTo } from "@/lib/accounts/refresh/fixtures/storm";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { atPort, postgresServer } from "@/lib/db/testing";
import { flakyProxy } from "./support/flaky-proxy";
import { nextStart } from "./support/next-start";
import { tenPorts } from "./support/ports";

/** Every way into the production build, while its database does not do what it is asked. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const TOKEN = "a session's token";

const server = await postgresServer();
const portal = await familyPortal({ delay: 0 });
const stops: (() => unknown)[] = [() => portal.close(), () => server?.stop()];
let origin = "";
let proxy: Awaited<ReturnType<typeof flakyProxy>>;
let admin: Client;
let key = "";
let link = "";
let forms: { page: string; action: string; fields: Record<string, string> }[] = [];

beforeAll(async () => {
  if (!server) return;
  const url = await server.create("portico");
  for (const [name, value] of Object.entries(settingsFor("", portal.url))) vi.stubEnv(name, value);
  const { client, close } = await openDatabase({ url, directory: "" });
  at.client = client;
  link = await linkTo(client, portal.family());
  const { userId } = await client.account.findFirstOrThrow();
  const expires = new Date(Date.now() + 3_600_000);
  await client.session.create({ data: { sessionToken: sha256(TOKEN), userId, expires } });
  key = (await makeKey({ name: "crm", connections: [], calls: ["token", "links"] })).text;
  await close();
  admin = new Client(url);
  await admin.connect();
  stops.push(() => admin.end());
  proxy = await flakyProxy(Number(new URL(url).port));
  stops.push(() => proxy.close());
  const settings = "options=-c%20lock_timeout%3D1s%20-c%20statement_timeout%3D2s&connect_timeout=2";
  const address = `${atPort(url, proxy.port)}?${settings}`;
  origin = await startApp(address);
  forms = [
    ...(await formsOf("/sign-in", "")),
    ...(await formsOf("/dashboard", cookie())),
    ...(await formsOf(`/dashboard/links/${link}`, cookie())),
    ...(await formsOf(`/dashboard/links/${link}/unlink`, cookie())),
    ...(await formsOf("/dashboard/account", cookie())),
  ];
  expect(forms.length).toBeGreaterThan(4);
});

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function startApp(database: string) {
  const port = (await tenPorts()) + 1;
  const url = `http://localhost:${port}`;
  const { PATH, AUTH_SECRET, TOKEN_KEYS } = process.env;
  const child = spawn(process.execPath, nextStart(port), {
    env: {
      ...{ PATH, AUTH_SECRET, TOKEN_KEYS, NODE_ENV: "production", AUTH_URL: url },
      ...{ MLSCONNECT_BOARDS: "federia", MLSCONNECT_FEDERIA_CLIENT_ID: "a" },
      ...{ MLSCONNECT_FEDERIA_CLIENT_SECRET: "b", DATABASE_POOL_SIZE: "3" },
      ...{ SPARK_CLIENT_ID: "a", SPARK_CLIENT_SECRET: "b" },
      ...settingsFor(database, portal.url),
    },
    stdio: ["ignore", "ignore", "ignore"],
  });
  stops.push(async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  });
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error("The app did not start.");
    await sleep(100);
  }
  return url;
}

function cookie(token = TOKEN) {
  return `portico-${new URL(origin).port}.session-token=${encodeURIComponent(token)}`;
}

/** As a browser without scripts sends them. */
async function formsOf(page: string, cookie: string) {
  const html = await (await fetch(origin + page, { headers: { cookie } })).text();
  return [...html.matchAll(/<form\b.*?<\/form>/gs)].flatMap(([form]) => {
    const inputs = [...form.matchAll(/<input\b[^>]*>/g)].map(([input]) => input);
    const fields = inputs.flatMap((input) => {
      const [, name = ""] = /\bname="([^"]*)"/.exec(input) ?? [];
      const [, value = ""] = /\bvalue="([^"]*)"/.exec(input) ?? [];
      return name ? [[name, value] as const] : [];
    });
    const action = fields.find(([name]) => name.startsWith("$ACTION_ID"))?.[0];
    return action ? [{ page, action, fields: Object.fromEntries(fields) }] : [];
  });
}

type Seen = { what: string; status: number; retryAfter: string | null; text: string; ms: number };

async function ask(what: string, path: string, init: RequestInit = {}): Promise<Seen> {
  const began = performance.now();
  const answer = await fetch(origin + path, {
    redirect: "manual",
    signal: AbortSignal.timeout(120_000),
    ...init,
  });
  const text = await answer.text();
  const { status, headers } = answer;
  const ms = Math.round(performance.now() - began);
  return { what, status, retryAfter: headers.get("retry-after"), text, ms };
}

function everyWay(): Promise<Seen>[] {
  const here = { cookie: cookie() };
  const authorization = `Bearer ${key}`;
  const pages = ["/", "/sign-in", "/dashboard", "/dashboard/activity", "/dashboard/account"];
  const state = randomUUID();
  return [
    ...pages.map((page) => ask(`GET ${page}`, page, { headers: here })),
    ask("link page", `/dashboard/links/${link}`, { headers: here }),
    ask("unlink page", `/dashboard/links/${link}/unlink`, { headers: here }),
    ask("own data", "/dashboard/account/data", { headers: here }),
    ask("language", "/language", {
      method: "POST",
      headers: { ...here, origin },
      body: new URLSearchParams({ language: "fr" }),
    }),
    ask("connect", "/connect/olx-otodom", { headers: here }),
    ask("Start_URL", "/start/mlsconnect/federia", { headers: here }),
    ask("session", "/api/auth/session", { headers: here }),
    ask("callback", `/api/auth/callback/mlsconnect-federia?code=x&state=${state}`, {
      headers: here,
    }),
    ask("logout", "/api/logout/spark", { headers: here }),
    ask("navigation", "/dashboard", { headers: { ...here, rsc: "1" } }),
    ask("readyz", "/readyz"),
    ask("links", "/api/v1/links", { headers: { authorization } }),
    ask("token", `/api/v1/links/${link}/token`, { method: "POST", headers: { authorization } }),
    ...forms.map(({ page, fields }) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      const headers = { ...here, origin };
      return ask(`form of ${page}`, page, { method: "POST", headers, body });
    }),
  ];
}

/** What happens to the database, and what undoes it. */
const weathers: Record<string, { begin: () => Promise<unknown>; end: () => Promise<unknown> }> = {
  "refuses connections": { begin: () => proxy.become("closed"), end: () => proxy.become("open") },
  "hangs up": { begin: () => proxy.become("hangs_up"), end: () => proxy.become("open") },
  "says nothing": { begin: () => proxy.become("silent"), end: () => proxy.become("open") },
  "has locked its tables": {
    begin: () =>
      admin.query(
        'BEGIN; LOCK TABLE "User", "Account", "Session", "ServiceKey", "AuditEvent", "VerificationToken", "PortalTrouble"',
      ),
    end: () => admin.query("ROLLBACK"),
  },
  "takes no writes": {
    begin: async () => {
      await admin.query("ALTER DATABASE portico SET default_transaction_read_only = on");
      await proxy.become("hangs_up");
      await proxy.become("open");
    },
    end: async () => {
      await admin.query("SET default_transaction_read_only = off");
      await admin.query("ALTER DATABASE portico RESET default_transaction_read_only");
      await proxy.become("hangs_up");
      await proxy.become("open");
    },
  },
};

test.for(Object.keys(weathers))("no answer is 500 while the database %s", async (name, context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const weather = weathers[name];
  await weather?.begin();
  const seen = await Promise.all(everyWay());
  await weather?.end();
  const told = seen.map(({ what, status, ms }) => `${status} ${what} (${ms} ms)`);
  await context.annotate(told.join("\n"), "figure");
  const wrong = seen.filter(
    ({ status, retryAfter, text, what }) =>
      status >= 500 &&
      (status !== 503 ||
        (what !== "readyz" && retryAfter === null) ||
        text.includes("Internal Server")),
  );
  expect(
    wrong.map(({ what, status, text }) => ({ what, status, text: text.slice(0, 300) })),
  ).toEqual([]);
  expect(seen.find(({ what }) => what === "readyz")?.status).toBe(503);
  expect(seen.find(({ what }) => what === "links")?.status).toBe(
    name === "takes no writes" ? 200 : 503,
  );
  await expect
    .poll(async () => (await fetch(`${origin}/readyz`)).status, { timeout: 60_000 })
    .toBe(200);
});
