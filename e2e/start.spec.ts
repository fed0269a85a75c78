import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { apps, folder, spare } from "./support/apps";
import { nextStart } from "./support/next-start";
import { test } from "./support/test";

/** The start of the production build, and settings that must stop it. */

const root = join(import.meta.dirname, "..");
const secrets = {
  AUTH_SECRET: "s".repeat(32),
  TOKEN_KEYS: `k1:${Buffer.alloc(32).toString("base64")}`,
};

/** Starts the app with only these settings, ends it after 20 seconds, and returns its exit code and output. */
async function start(settings: Record<string, string>, port = spare.port) {
  const child = spawn(process.execPath, nextStart(port), {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...settings },
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (said += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const code = await Promise.race([ended, sleep(20_000).then(() => "still running")]);
  child.kill("SIGKILL");
  const listening = await fetch(`http://localhost:${port}/healthz`).then(
    () => true,
    () => false,
  );
  return { code, said, listening };
}

test("without settings the app names all that are missing, and stops", async () => {
  const { code, said, listening } = await start({ AUTH_URL: "", AUTH_SECRET: "", TOKEN_KEYS: "" });
  expect(code).toBe(1);
  expect(listening).toBe(false);
  for (const name of ["AUTH_URL", "AUTH_SECRET", "TOKEN_KEYS"]) expect(said).toContain(name);
});

test("all wrong settings of boards are named at once", async () => {
  const { code, said } = await start({
    ...secrets,
    AUTH_URL: `http://127.0.0.1:${spare.port}`,
    MLSCONNECT_BOARDS: "federia federia staging-board half",
    MLSCONNECT_FEDERIA_CLIENT_ID: "x",
    MLSCONNECT_FEDERIA_CLIENT_SECRET: "x",
    MLSCONNECT_FEDERIA_TOKEN_URL: "http://insecure.example/token",
    MLSCONNECT_STAGING_BOARD_ENVIRONMENT: "staging",
    MLSCONNECT_STAGING_BOARD_CLIENT_ID: "x",
    MLSCONNECT_STAGING_BOARD_CLIENT_SECRET: "x",
    MLSCONNECT_HALF_CLIENT_ID: "x",
    MLSCONNECT_TYPO_CLIENT_ID: "x",
  });
  expect(code).toBe(1);
  for (const sentence of [
    "AUTH_URL must name localhost",
    'MLSCONNECT_BOARDS lists \\"federia\\" twice',
    "MLSCONNECT_FEDERIA_TOKEN_URL must begin with https://",
    "MLSCONNECT_STAGING_BOARD_AUTHORIZATION_URL is not set",
    "MLSCONNECT_STAGING_BOARD_TOKEN_URL is not set",
    "MLSCONNECT_STAGING_BOARD_MEMBER_URL is not set",
    "MLSCONNECT_HALF_CLIENT_SECRET or MLSCONNECT_CLIENT_SECRET is not set",
    "MLSCONNECT_TYPO_CLIENT_ID is set",
  ]) {
    expect(said).toContain(sentence);
  }
});

test("a second start on the same embedded database is refused with an explanation", async () => {
  test.skip(process.env.E2E_DATABASE === "postgresql", "the apps have no embedded database");
  test.setTimeout(60_000);
  const { AUTH_URL: _, ...settings } = apps.main.settings;
  const { code, said } = await start({
    ...settings,
    ...secrets,
    AUTH_URL: spare.url,
    DATABASE_DIRECTORY: join(root, folder, "database-main"),
  });
  expect(code).toBe(1);
  expect(said).toMatch(/in use/);
  expect(said).toContain("DATABASE_URL");
});

test("the error about an unreachable database does not contain its password", async () => {
  const { code, said } = await start({
    ...secrets,
    AUTH_URL: spare.url,
    DATABASE_URL: "postgresql://portico:canary-password@localhost:1/portico",
  });
  expect(code).toBe(1);
  expect(said).toContain("database");
  expect(said).not.toContain("canary-password");
});
