import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { tenPorts } from "./support/ports";
import { startApp } from "./support/production-app";

/** Two instances behind a real nginx with the configuration of docs/nginx.conf, with https, as docs/operate.md says. */

const NGINX = "/usr/sbin/nginx";
const NO_NGINX = "nginx is not installed";

const server = await postgresServer();
const folder = mkdtempSync(join(tmpdir(), "portico-nginx-"));
const file = (name: string) => join(folder, name);
const first = await tenPorts();
const ports = { https: first + 1, http: first + 2, instances: [first + 3, first + 4] } as const;
const url = `https://localhost:${ports.https}`;
const secret = () => randomBytes(32).toString("base64");
let settings: Record<string, string>;
let storage: { DATABASE_URL: string };
const instances: ChildProcess[] = [];
let nginx: ChildProcess;
let agent: Agent;
let key: string;

const missing = !server ? NO_POSTGRESQL : existsSync(NGINX) ? null : NO_NGINX;

beforeAll(async () => {
  if (missing || !server) return;
  settings = {
    AUTH_URL: url,
    AUTH_SECRET: secret(),
    TOKEN_KEYS: `k1:${secret()}`,
    CLIENT_ADDRESS_HEADER: "x-real-ip",
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "of the client",
    API_RATE_LIMIT: "100000",
    API_RATE_BURST: "100000",
  };
  storage = { DATABASE_URL: await server.create("portico") };
  for (const n of [0, 1]) await start(n);
  key = readFileSync(file("service-key"), "utf8");
  startNginx();
  agent = new Agent({ ca: readFileSync(file("portico.crt")), keepAlive: true, maxSockets: 12 });
  while ((await get("/readyz").catch(() => null))?.status !== 200) {
    if (nginx.exitCode !== null) throw new Error("nginx did not start");
    await sleep(100);
  }
});

afterAll(async () => {
  for (const child of [nginx, ...instances]) {
    child?.kill("SIGTERM");
    if (child?.exitCode === null) await once(child, "exit");
  }
  await server?.stop();
  rmSync(folder, { recursive: true });
});

async function start(n: number) {
  const port = ports.instances[n] ?? 0;
  const app = { port, url: `http://localhost:${port}`, settings };
  const serviceKey = !existsSync(file("service-key"));
  instances[n] = await startApp(`${n}`, app, { folder, serviceKey, storage });
}

/** The configuration as it is in the documents, with our places. */
function configuration(places: readonly (readonly [string, string])[]) {
  let lines = readFileSync("docs/nginx.conf", "utf8");
  for (const [there, here] of places) {
    expect(lines).toContain(there);
    lines = lines.replaceAll(there, here);
  }
  return lines;
}

function startNginx() {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const made = ["-keyout", file("portico.key"), "-out", file("portico.crt"), "-days", "1"];
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  execFileSync("openssl", [...kind, ...made, ...subject], { stdio: "ignore" });
  const portico = configuration([
    ["/etc/nginx/", `${folder}/`],
    ["/var/log/nginx/", `${folder}/`],
    ["listen 80;", `listen ${ports.http};`],
    ["listen [::]:80;", ""],
    ["listen 443 ssl;", `listen ${ports.https} ssl;`],
    ["listen [::]:443 ssl;", ""],
    ["portico.example", "localhost"],
    ["https://$server_name$", `${url}$`],
    ["127.0.0.1:3001", `localhost:${ports.instances[0]}`],
    ["127.0.0.1:3002", `localhost:${ports.instances[1]}`],
  ]);
  writeFileSync(file("portico.conf"), portico);
  const bodies = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const kept = bodies.map((name) => `${name}_temp_path ${file(name)};`).join(" ");
  writeFileSync(
    file("nginx.conf"),
    `pid ${file("nginx.pid")}; worker_processes 2; error_log ${file("nginx-error.log")};
    events { worker_connections 1024; }
    http { ${kept} include ${file("portico.conf")}; }`,
  );
  const options = ["-p", folder, "-c", file("nginx.conf"), "-g", "daemon off;"];
  nginx = spawn(NGINX, options, { stdio: ["ignore", "ignore", "inherit"] });
}

type Answer = { status: number; headers: Record<string, unknown>; body: string };

function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers, agent }, async (answer) => {
      const read = await text(answer).catch(reject);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: read ?? "" });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const get = (path: string, headers = {}) => send("GET", path, headers);

/** What people and programs ask for, each with the status that answers it. */
const asked: (readonly [name: string, status: number, () => Promise<Answer>])[] = [
  ["a page", 200, () => get("/sign-in")],
  ["a call", 200, () => get("/api/v1/links", { authorization: `Bearer ${key}` })],
  [
    "a form",
    303,
    () =>
      send(
        "POST",
        "/language",
        { origin: url, "content-type": "application/x-www-form-urlencoded" },
        "language=de",
      ),
  ],
];

/** Asks without a pause until it is told to stop. */
async function load(isOver: () => boolean) {
  const failed: string[] = [];
  let answered = 0;
  let slowest = 0;
  const client = async (n: number) => {
    for (let turn = n; !isOver(); turn += 1) {
      const [name, status, ask] = asked[turn % asked.length] ?? [];
      const began = performance.now();
      const answer = await ask?.().catch((error: Error) => error.message);
      slowest = Math.max(slowest, performance.now() - began);
      if (typeof answer === "object" && answer.status === status) answered += 1;
      else failed.push(`${name}: ${typeof answer === "object" ? answer.status : answer}`);
    }
  };
  await Promise.all(Array.from({ length: 12 }, (_, n) => client(n)));
  return { answered, failed, slowest };
}

test("every instance is restarted under load, and no request fails", async (context) => {
  if (missing) return context.skip(missing);
  let over = false;
  const loaded = load(() => over);
  const starts: number[] = [];
  for (const n of [0, 1]) {
    await sleep(1_000);
    starts.push(await restart(n));
  }
  await sleep(1_000);
  over = true;
  const { answered, failed, slowest } = await loaded;
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(200);
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  const figures = [
    `${answered} requests, the slowest ${seconds(slowest)}`,
    `starts of ${starts.map(seconds).join(" and ")}`,
  ];
  await context.annotate(figures.join("\n"), "figure");
});

/** As docs/operate.md says: one after the other, with nothing done to nginx. Resolves to how many milliseconds the start took. */
async function restart(n: number) {
  const old = instances[n];
  old?.kill("SIGTERM");
  if (old?.exitCode === null) await once(old, "exit");
  const began = performance.now();
  await start(n);
  return performance.now() - began;
}

test("a connection that has rested longer than Node keeps one by itself takes another request", async (context) => {
  if (missing) return context.skip(missing);
  for (let round = 0; round < 3; round += 1) {
    const answers = await Promise.all(asked.map(([, , ask]) => ask()));
    expect(answers.map(({ status }) => status)).toEqual(asked.map(([, status]) => status));
    await sleep(5_000 + round * 20); // Node's own limit, and about it
  }
});

test("people are sent to https, and the app sees their own address and a secure origin", async (context) => {
  if (missing) return context.skip(missing);
  const plain = await fetch(`http://localhost:${ports.http}/sign-in?x=1`, { redirect: "manual" });
  expect(plain.status).toBe(308);
  expect(plain.headers.get("location")).toBe(`${url}/sign-in?x=1`);
  const page = await get("/sign-in");
  expect(page.headers).toHaveProperty("strict-transport-security");
});

test("no log of nginx holds a code or a connect session's secret, also when no instance is there", async (context) => {
  if (missing) return context.skip(missing);
  const code = `code-${secret()}`.replaceAll(/[^\w-]/g, "_");
  const session = randomBytes(32).toString("base64url");
  const paths = [
    `/users/auth/mlsconnect/callback?code=${code}&state=of-no-flow`,
    `/api/auth/callback/mlsconnect-federia?code=${code}`,
    `/connect/s/${session}`,
    `//connect//s/${session}`,
    `/%63onnect/s/${session}/back`,
    `/connect/s/${session}/../${session}?code=${code}`,
  ];
  const referer = `${url}/connect/s/${session}?code=${code}`;
  const askAll = async () => {
    for (const path of paths) await get(path, { referer });
    await get("/sign-in", { referer });
    await fetch(`http://localhost:${ports.http}/connect/s/${session}?code=${code}`, {
      ...{ headers: { referer }, redirect: "manual" },
    });
  };
  await askAll();
  for (const child of instances) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  await askAll(); // nginx complains of these
  await sleep(500);
  const log = readFileSync(file("portico.log"), "utf8");
  expect(log).toContain('"path":"/connect/s/-"');
  expect(log).toContain('"status":502');
  const logs = ["portico.log", "portico-error.log", "nginx-error.log"].map((name) =>
    readFileSync(file(name), "utf8"),
  );
  for (const each of logs) {
    expect(each).not.toContain(code);
    expect(each).not.toContain(session);
  }
});
