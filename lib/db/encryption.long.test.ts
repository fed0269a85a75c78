import { execFileSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poolUnder } from "./client";
import { newFolder } from "./fixtures/folder";
import { openDatabase } from "./open";
import { postgresServer } from "./testing";

/** Every sslmode, at a server that can be spoken to in secret, and at one that cannot. */

const server = await postgresServer();
const withOpenssl = existsSync("/usr/bin/openssl");
const folder = newFolder();
const [certificate, key, stranger] = ["server.crt", "server.key", "stranger.crt"].map((name) =>
  join(folder, name),
) as [string, string, string];
let secret = "";

/** For "localhost" and no number. */
function makeCertificate(crt: string, private_: string) {
  const about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...about];
  execFileSync("openssl", [...args, "-keyout", private_, "-out", crt], { stdio: "ignore" });
}

beforeAll(async () => {
  if (!server || !withOpenssl) return;
  makeCertificate(stranger, key);
  makeCertificate(certificate, key);
  chmodSync(folder, 0o755);
  chmodSync(key, 0o600);
  if (process.getuid?.() === 0) execFileSync("chown", ["postgres", key]);
  secret = await server.create("secret");
});

afterAll(() => server?.stop());

async function encrypt(on: boolean) {
  const admin = new Client(secret);
  await admin.connect();
  await admin.query(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
  await admin.query(`ALTER SYSTEM SET ssl_key_file = '${key}'`);
  await admin.query(`ALTER SYSTEM SET ssl = ${on ? "on" : "off"}`);
  await admin.query("SELECT pg_reload_conf()");
  await expect
    .poll(async () => (await admin.query("SHOW ssl")).rows[0].ssl)
    .toBe(on ? "on" : "off");
  await admin.end();
}

/** Whether the app's connections are encrypted, or why there are none. */
async function outcomeOf(query: string, host: string) {
  const url = secret.replace("127.0.0.1", host) + query;
  try {
    const { client, close } = await openDatabase({ url, directory: "" });
    const { rows } = await poolUnder(client).query(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    await close();
    return rows[0].ssl ? "encrypted" : "plain";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

test("as libpq has them", async (context) => {
  if (!server || !withOpenssl) return context.skip("PostgreSQL and openssl are needed");
  const ca = `sslrootcert=${certificate}`;
  await encrypt(true);
  for (const [query, host, expected] of [
    ["", "127.0.0.1", "encrypted"],
    ["?sslmode=disable", "127.0.0.1", "plain"],
    ["?sslmode=allow", "127.0.0.1", "plain"],
    ["?sslmode=prefer", "127.0.0.1", "encrypted"],
    ["?sslmode=require", "127.0.0.1", "encrypted"],
    ["?sslmode=no-verify", "127.0.0.1", "encrypted"],
    [`?sslmode=require&${ca}`, "127.0.0.1", "encrypted"],
    [`?sslmode=verify-ca&${ca}`, "127.0.0.1", "encrypted"],
    [`?sslmode=verify-full&${ca}`, "localhost", "encrypted"],
    [`?sslmode=verify-full&${ca}`, "127.0.0.1", "does not match certificate"],
    ["?sslmode=verify-full", "localhost", "self-signed certificate"],
    [`?sslmode=verify-ca&sslrootcert=${stranger}`, "localhost", "self-signed certificate"],
    [`?sslmode=require&sslrootcert=${stranger}`, "localhost", "self-signed certificate"],
  ] as const) {
    expect(await outcomeOf(query, host), `${query} at ${host}`).toContain(expected);
  }
  await encrypt(false);
  for (const [query, expected] of [
    ["", "plain"],
    ["?sslmode=prefer", "plain"],
    ["?sslmode=allow", "plain"],
    ["?sslmode=require", "does not support SSL"],
    ["?sslmode=verify-full", "does not support SSL"],
  ] as const) {
    expect(await outcomeOf(query, "127.0.0.1"), query).toContain(expected);
  }
});
