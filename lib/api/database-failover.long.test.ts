import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { makeKey } from "@/lib/accounts/clients/service-keys";
import { type Family, familyPortal } from "@/lib/accounts/refresh/fixtures/portal";
import { settingsFor } from "@/lib/accounts/refresh/fixtures/processes";
import { linkTo } from "@/lib/accounts/refresh/fixtures/storm";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { nextStart } from "../../e2e/support/next-start";
import { tenPorts } from "../../e2e/support/ports";

/** A database that goes away under the production build and comes back, while tokens are asked for and refreshed. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const LINKS = 40;
const CALLERS = 8;
const OUTAGES_S = [1, 4, 8];
const BETWEEN_MS = 4_000;

const server = await postgresServer();
const portal = await familyPortal({ delay: 20 });
const stops: (() => void | Promise<void>)[] = [() => portal.close(), () => server?.stop()];

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

type Link = { id: string; family: Family; generation: number };

type Answer =
  | { kind: "token"; accessToken: string; generation: number }
  | { kind: "inactive"; error: string; reason: string }
  | { kind: "status"; status: number };

test("PostgreSQL ends and starts again three times, and no link is lost", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const database = await server.create("portico");
  const { links, key } = await prepare(database);
  const app = await startApp(database);
  const vend = (link: Link, wish = {}) => ask(`${app}/api/v1/links/${link.id}/token`, key, wish);

  const answers: Answer[] = [];
  let asking = true;
  const caller = async (_: unknown, number: number) => {
    for (let n = number; asking; n += 1) {
      const link = links[n % links.length];
      if (!link) return;
      // Every third call says that the portal has refused the token, and so is a refresh.
      const wish =
        n % 3 === 0 && link.generation > 0 ? { rejected_generation: link.generation } : {};
      const answer = await vend(link, wish);
      if (answer.kind === "token") link.generation = Math.max(link.generation, answer.generation);
      answers.push(answer);
      if (answer.kind !== "token") await sleep(50);
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);

  for (const seconds of OUTAGES_S) {
    await sleep(BETWEEN_MS);
    await server.crash();
    await sleep(seconds * 1000);
    await server.restart();
    const began = performance.now();
    while ((await vend(links[0] as Link)).kind !== "token") await sleep(20);
    const recovered = Math.round(performance.now() - began);
    await context.annotate(
      `${seconds} s without a database: vends again after ${recovered} ms`,
      "figure",
    );
  }
  await sleep(BETWEEN_MS);
  asking = false;
  await Promise.all(callers);

  const wrong = answers.filter((answer) =>
    answer.kind === "status"
      ? answer.status !== 503
      : answer.kind === "inactive" && answer.error !== "portal_unavailable",
  );
  expect(wrong).toEqual([]);
  expect(answers.some((answer) => answer.kind === "status")).toBe(true); // they did meet an outage
  for (const link of links) {
    const now = await settled(() => vend(link));
    expect(now).toMatchObject({ kind: "token" });
    const next = await vend(link, { rejected_generation: now.kind === "token" && now.generation });
    const { name, issued } = link.family;
    expect(next).toMatchObject({ kind: "token", accessToken: `${name}.${issued}.access` });
    expect(link.family.dead).toBe(false);
  }
  const refreshes = links.reduce((sum, { family }) => sum + family.issued - 1, 0);
  const refused = answers.filter(({ kind }) => kind !== "token").length;
  await context.annotate(
    `${answers.length} vends and ${refreshes} refreshes of ${LINKS} links at a portal that forgives nothing: ${refused} vends refused meanwhile, 0 links lost`,
    "figure",
  );
});

async function prepare(database: string) {
  const opened = await openDatabase({ url: database, directory: "" });
  const links: Link[] = [];
  for (let n = 0; n < LINKS; n += 1) {
    const family = portal.family();
    links.push({ id: await linkTo(opened.client, family), family, generation: 0 });
  }
  at.client = opened.client;
  const { text } = await makeKey({ name: "failover", connections: [], calls: ["token"] });
  await opened.close();
  return { links, key: text };
}

/** Resolves to the address of the production build on that database. */
async function startApp(database: string) {
  const port = (await tenPorts()) + 1;
  const url = `http://localhost:${port}`;
  const { PATH, AUTH_SECRET, TOKEN_KEYS } = process.env;
  const child = spawn(process.execPath, nextStart(port), {
    env: {
      ...{ PATH, AUTH_SECRET, TOKEN_KEYS, NODE_ENV: "production", AUTH_URL: url },
      ...{ API_RATE_LIMIT: "100000", API_RATE_BURST: "100000" },
      ...settingsFor(database, portal.url),
    },
    stdio: ["ignore", "ignore", "inherit"],
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

async function ask(url: string, key: string, wish: object): Promise<Answer> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(wish),
    signal: AbortSignal.timeout(90_000),
  });
  if (answer.status !== 200) return { kind: "status", status: answer.status };
  const { active, token, error, reason } = await answer.json();
  if (!active) return { kind: "inactive", error, reason };
  return { kind: "token", accessToken: token.access_token, generation: token.generation };
}

/** A link that a portal's answer was lost of may have to wait for its next try. */
async function settled(vend: () => Promise<Answer>) {
  for (let tries = 0; tries < 60; tries += 1) {
    const answer = await vend();
    if (answer.kind !== "inactive" || answer.error !== "portal_unavailable") return answer;
    await sleep(1_000);
  }
  return vend();
}
