import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import packageJson from "@/package.json";
import { tenPorts } from "./support/ports";

/**
 * What the image does, without an engine for images: the folder that it is made of is built from what .dockerignore lets through, and runs elsewhere, read-only,
 * as a user to whom nothing belongs but the folder of the embedded database.
 */

const STRANGER = 65_534;
const other = process.getuid?.() === 0 ? { uid: STRANGER, gid: STRANGER } : {};

const server = await postgresServer();
const place = mkdtempSync(join(tmpdir(), "portico-image-"));
const source = join(place, "source");
const app = join(place, "app");
const data = join(place, "data");
const port = (await tenPorts()) + 1;
const url = `http://localhost:${port}`;
const secret = () => randomBytes(32).toString("base64");
const settings = {
  NODE_ENV: "production",
  HOSTNAME: "localhost",
  PORT: String(port),
  AUTH_URL: url,
  AUTH_SECRET: secret(),
  TOKEN_KEYS: `k1:${secret()}`,
  PORTAL_SIMULATOR: "http://localhost:9",
  MLSCONNECT_BOARDS: "federia",
  MLSCONNECT_CLIENT_ID: "client",
  MLSCONNECT_CLIENT_SECRET: "of the client",
} as const;

/** Copies what .dockerignore lets into the image's build, which is a list of what is there and of what is not. */
function copyContext() {
  const lines = readFileSync(".dockerignore", "utf8").split("\n").filter(Boolean);
  const [everything, ...rest] = lines.filter((line) => !line.startsWith("#"));
  expect(everything).toBe("*");
  const taken = rest.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const left = rest.filter((line) => !line.startsWith("!"));
  for (const name of taken) {
    cpSync(name, join(source, name), {
      recursive: true,
      filter: (path) => !left.some((pattern) => matchesGlob(path, pattern)),
    });
  }
}

beforeAll(() => {
  copyContext();
  execFileSync("cp", ["-a", "node_modules", source]);
  writeFileSync(join(source, ".env"), "AUTH_SECRET=of-this-machine\n"); // as where one builds by hand
  execFileSync(process.execPath, ["scripts/standalone.mjs"], { cwd: source, stdio: "ignore" });
  cpSync(join(source, "standalone"), app, { recursive: true });
  execFileSync("chmod", ["-R", "a=rX", app]);
  mkdirSync(data);
  chmodSync(data, 0o777);
  chmodSync(place, 0o755);
});

afterAll(async () => {
  await server?.stop();
  execFileSync("chmod", ["-R", "u+w", place]);
  rmSync(place, { recursive: true });
});

type Storage = { DATABASE_URL: string } | { DATABASE_DIRECTORY: string };

/** Starts it as the Dockerfile does. */
async function start(storage: Storage, more: Record<string, string> = {}) {
  const [command] = /(?<=^CMD ).*$/m.exec(readFileSync("Dockerfile", "utf8")) ?? [];
  const [, ...words]: string[] = JSON.parse(command ?? "[]");
  const env = { ...settings, ...storage, ...more };
  const child = spawn(process.execPath, words, { cwd: app, env, ...other });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (log += text));
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error(`It did not start:\n${log}`);
    await sleep(100);
  }
  return child;
}

async function stop(child: ChildProcess) {
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  return code;
}

/** A command as cron runs it there. */
async function command(storage: Storage, name: string, ...words: string[]) {
  const options = { cwd: app, env: { ...settings, ...storage }, ...other };
  const run = promisify(execFile)(process.execPath, [`commands/${name}.mjs`, ...words], options);
  return (await run).stdout;
}

async function get(path: string, headers = {}) {
  const answer = await fetch(`${url}${path}`, { headers });
  return { status: answer.status, text: await answer.text() };
}

test("every page and file is there, and it stops when it is told to", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const child = await start({ DATABASE_URL: await server.create("image") });
  const page = await get("/sign-in", { "accept-language": "de" });
  expect(page.text).toContain('lang="de"');
  const files = new Set(page.text.match(/\/_next\/static\/[\w./-]+\.(?:css|js)/g));
  expect(files.size).toBeGreaterThan(3);
  const others = ["/icon.svg", "/favicon.ico", "/healthz", "/api/v1/openapi.json"];
  const docs = [
    "/api/v1/docs",
    ...["swagger-ui.css", "swagger-ui-bundle.js"].map((name) => `/api/v1/docs/${name}`),
  ];
  for (const path of [...files, ...others, ...docs]) {
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  }
  const refused = await get("/%ff", { "accept-language": "de" });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('lang="de"');
  expect(await stop(child)).toBe(143);
});

test("what no page needs is not there", () => {
  const packages = readdirSync(join(app, "node_modules"));
  expect(packages).toContain("next");
  expect(packages.filter((name) => ["sharp", "@img", "typescript"].includes(name))).toEqual([]);
});

test("settings stay where it is built", () => {
  expect(readdirSync(app).filter((name) => name.startsWith(".env"))).toEqual([]);
});

test("every command of package.json runs there", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const storage = { DATABASE_URL: await server.create("commands") };
  const names = Object.values(packageJson.scripts).flatMap(
    (line) => /(?<=scripts\/)[\w-]+(?=\.ts$)/.exec(line)?.[0] ?? [],
  );
  expect(names).toContain("check-links");
  for (const name of names) expect(await command(storage, name, "--help")).toContain("How to use");
  await command(storage, "clients", "create", "acme", "--name", "Acme CRM");
  expect(await command(storage, "clients", "list")).toContain("Acme CRM");
  const key = await command(storage, "keys", "create", "--name", "crm", "--calls", "links");
  expect(key).toMatch(/^portico_/);
  expect(await command(storage, "check-links")).toContain("No link is due");
});

test("the embedded database needs one folder to write to", async () => {
  const child = await start({ DATABASE_DIRECTORY: join(data, "portico") });
  expect((await get("/readyz")).status).toBe(200);
  expect(await stop(child)).toBe(143);
});

test("it sends traces where they are wanted", async () => {
  const asked: string[] = [];
  const collector = createServer(({ url: path = "" }, response) => {
    asked.push(path);
    response.end();
  });
  await once(collector.listen(0, "localhost"), "listening");
  const { port: at } = collector.address() as AddressInfo;
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${at}` };
  const child = await start({ DATABASE_DIRECTORY: join(data, "portico") }, traces);
  await get("/sign-in");
  await stop(child);
  collector.close();
  expect(asked).toContain("/v1/traces");
});
