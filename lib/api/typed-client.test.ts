import { exec } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { rotatingPortal } from "@/lib/accounts/testing";
import { memoryDatabase } from "@/lib/db/testing";
import { apiVariables, endProcess, goodLink, keyFor } from "./testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** `npm test` has installed what it needs; so does `npm ci --prefix examples/typed-client`. */
const EXAMPLE = resolve("examples/typed-client");

/** Calls that the types must not let through. */
const WRONG = `
import createClient from "openapi-fetch";
import type { paths } from "./portico.js";
const portico = createClient<paths>({});
// @ts-expect-error no such address
await portico.GET("/api/v1/nowhere");
// @ts-expect-error not with this method
await portico.POST("/api/v1/links");
// @ts-expect-error a number
await portico.GET("/api/v1/links", { params: { query: { limit: "ten" } } });
const { data } = await portico.POST("/api/v1/links/{id}/token", { params: { path: { id: "1" } } });
// @ts-expect-error there may be none
data?.token;
`;

test("the typed client's example makes its types, is checked by them, and runs", async () => {
  const { url, key } = await apiWithLink();
  const run = await copyOf(EXAMPLE, url, key);
  await run("types");
  expect(await run("start")).toMatch(/^olx-otodom Bearer \d{4}-.*Z\n$/);
}, 120_000);

test("the example in the documentation is the one that runs", async () => {
  const example = await readFile(join(EXAMPLE, "tokens.ts"), "utf8");
  expect(await readFile("docs/api.md", "utf8")).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});

/** The API at an address, with one link and a key for it. */
async function apiWithLink() {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const portal = await rotatingPortal();
  for (const [name, value] of Object.entries(apiVariables(portal.url))) vi.stubEnv(name, value);
  vi.resetModules();
  const memory = await memoryDatabase();
  at.client = memory.client;
  const { answer } = await import("./answer");
  const { listenerFor } = await import("./http");
  const server = createServer(listenerFor(answer)).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  onTestFinished(async () => {
    server.close();
    await endProcess();
    vi.restoreAllMocks();
    portal.close();
    await memory.close();
  });
  await goodLink(memory.client, "olx-otodom");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, key: await keyFor() };
}

/** A copy of the example in a folder of its own, whose commands ask this API. */
async function copyOf(example: string, url: string, key: string) {
  const folder = await mkdtemp(join(tmpdir(), "portico-typed-client-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of ["package.json", "tsconfig.json", "tokens.ts"]) {
    await cp(join(example, file), join(folder, file));
  }
  const packages = join(example, "node_modules");
  await symlink(packages, join(folder, "node_modules"));
  await writeFile(join(folder, "wrong.ts"), WRONG);
  const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const path = `${join(packages, ".bin")}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH: path, PORTICO_URL: url, PORTICO_KEY: key };
  return async (script: "types" | "start") => {
    const command = scripts[script].replace("http://localhost:3000", url);
    return (await promisify(exec)(command, { cwd: folder, env })).stdout;
  };
}
