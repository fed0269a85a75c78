import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { expiredLink } from "@/lib/accounts/testing";
import { memoryDatabase } from "@/lib/db/testing";
import { log } from "./log";
import { markGuarded } from "./server/guard-mark.mjs";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("./log", async (original) => ({ ...(await original<object>()), log: vi.fn() }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  await expiredLink(memory.client); // under the tests' own key, k1
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.mocked(log).mockClear();
  await memory.close();
});

/** As a process that begins now. */
async function start(keys?: string) {
  if (keys) vi.stubEnv("TOKEN_KEYS", keys);
  vi.resetModules();
  const { startOrExit } = await import("./startup");
  return startOrExit();
}

test("the app does not start where nothing checks its requests, and says how to start it", async () => {
  await expect(start()).rejects.toThrow("exit 1");
  const { log: told } = await import("./log");
  const message = expect.stringContaining("npm start");
  expect(told).toHaveBeenCalledWith("error", "start.unguarded", { message });
  markGuarded(); // for the tests that follow, as for the rest of a process
});

const another = Buffer.alloc(32, 7).toString("base64");

test("the app starts with the keys that its tokens are encrypted with", async () => {
  await start();
  expect(process.exit).not.toHaveBeenCalled();
});

test.each([
  ["a key that its tokens need is missing", `k2:${another}`, /need the key "k1".*put it back/],
  ["another key has the name of one that they need", `k1:${another}`, /"k1".*is not the one/],
])("the app does not start when %s, and says which", async (_case, keys, sentence) => {
  await expect(start(keys)).rejects.toThrow("exit 1");
  const { log: told } = await import("./log");
  expect(told).toHaveBeenCalledWith("error", "keys.wrong", {
    message: expect.stringMatching(sentence),
  });
});

test("a staging board that keeps a callback of its own is said at the start, which goes on", async () => {
  const staging = {
    MLSCONNECT_BOARDS: "s",
    MLSCONNECT_CALLBACK: "shared",
    MLSCONNECT_S_ENVIRONMENT: "staging",
    MLSCONNECT_S_CLIENT_ID: "id",
    MLSCONNECT_S_CLIENT_SECRET: "secret",
    MLSCONNECT_S_AUTHORIZATION_URL: "https://staging.example/oauth/authorize",
    MLSCONNECT_S_TOKEN_URL: "https://staging.example/oauth/token",
    MLSCONNECT_S_MEMBER_URL: "https://staging.example/api/oauth/me",
  };
  for (const [name, value] of Object.entries(staging)) vi.stubEnv(name, value);
  await start();
  expect(process.exit).not.toHaveBeenCalled();
  const { log: told } = await import("./log");
  expect(told).toHaveBeenCalledWith("warn", "configuration.notice", {
    message: expect.stringMatching(/^mlsconnect-s has the callback .* staging connection/),
  });
});

test("what else keeps the app from starting ends the process, which would not listen", async () => {
  vi.doMock("./traces/start", () => ({
    startTraces() {
      throw new Error("broken");
    },
  }));
  onTestFinished(() => void vi.doUnmock("./traces/start"));
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
  await expect(start()).rejects.toThrow("exit 1");
  const { log: told } = await import("./log");
  expect(told).toHaveBeenCalledWith("error", "start.failed", expect.anything());
});
