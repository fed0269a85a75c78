import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import type { Connection } from "@/lib/portals/connections";
import { beginProcess } from "@/lib/process/testing";
import type { PortalAnswer, PortalKey, PortalNews } from "./health";

/** A portal in trouble: who asks it, and who waits. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  told.length = 0;
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "log").mockImplementation(() => {});
  anotherProcess();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await memory.close();
});

const told: string[] = [];
const tell = async (_tx: unknown, { portal }: PortalKey, news: PortalNews) =>
  void told.push([portal, ...Object.values(news)].join(" "));

/** It has asked no portal yet, and remembers nothing. */
function anotherProcess() {
  vi.resetModules();
  beginProcess();
}

const casa = {
  portal: { id: "casa" },
  environment: "production",
  endpoints: {},
  issuer: null,
} as unknown as Connection;

const good: PortalAnswer = { code: "ok", retryAfter: null };
const bad = (code: PortalAnswer["code"], retryAfter: number | null = null) => ({
  code,
  retryAfter,
});

/** Asks as often at once; what the portal answers is told by a function of how often it was asked. */
async function asking(times: number, answer: (asked: number) => PortalAnswer, connection = casa) {
  const { inTurn } = await import("./turn");
  let asked = 0;
  const ask = async () => {
    asked += 1;
    const said = answer(asked);
    await sleep(10);
    return said;
  };
  const turns = Array.from({ length: times }, () =>
    inTurn(connection, { ask, answerOf: (said) => said, tell }),
  );
  const leftAlone = (await Promise.all(turns)).filter((turn) => turn.kind === "left_alone");
  return { asked, leftAlone };
}

const trouble = () => memory.client.portalTrouble.findMany();
const restIsOver = async () => {
  await memory.client.portalTrouble.updateMany({ data: { restUntil: new Date(0) } });
  anotherProcess();
};

test("of 200 who ask at once a portal that asks for time, a few have asked, and the others wait", async () => {
  const { asked, leftAlone } = await asking(200, () => bad("rate_limited", 60));
  expect(asked).toBeLessThanOrEqual(10);
  expect(leftAlone).toHaveLength(200 - asked);
  for (const { reason, retryAfter } of leftAlone) {
    expect(reason).toBe("rate_limited");
    expect(retryAfter).toBeGreaterThanOrEqual(58);
    expect(retryAfter).toBeLessThanOrEqual(91);
  }
  // They do not come back together.
  expect(new Set(leftAlone.map(({ retryAfter }) => retryAfter)).size).toBeGreaterThan(5);
});

test("another process heeds it too, and another environment does not", async () => {
  await asking(1, () => bad("rate_limited", 60));
  anotherProcess();
  expect((await asking(5, () => good)).asked).toBe(0);
  const sandbox = { ...casa, environment: "sandbox" } as Connection;
  expect((await asking(5, () => good, sandbox)).asked).toBe(5);
});

test("a portal is left alone after five failures in a row, and not after four", async () => {
  for (let n = 0; n < 4; n += 1) await asking(1, () => bad("failing"));
  expect((await asking(1, () => good)).asked).toBe(1);
  for (let n = 0; n < 5; n += 1) {
    expect((await asking(1, () => bad("web_page"))).asked).toBe(1);
  }
  expect(await asking(1, () => good)).toMatchObject({
    asked: 0,
    leftAlone: [{ reason: "web_page" }],
  });
});

test.each(["invalid_grant", "invalid_token", "refused", "invalid_client", "clock_skewed"] as const)(
  "a portal that answers %s is well",
  async (code) => {
    for (let n = 0; n < 7; n += 1) await asking(1, () => bad(code));
    expect(await trouble()).toEqual([]);
  },
);

test("when its rest is over one tries it; if it is well, all may ask", async () => {
  await asking(1, () => bad("rate_limited", 60));
  await restIsOver();
  const { asked, leftAlone } = await asking(20, () => good);
  expect(asked).toBeGreaterThanOrEqual(1);
  expect(asked + leftAlone.length).toBe(20);
  expect(await trouble()).toEqual([]);
  expect((await asking(20, () => good)).asked).toBe(20);
});

test("if it is not, the others wait longer, and one question was asked for all", async () => {
  for (let n = 0; n < 5; n += 1) await asking(1, () => bad("timed_out"));
  const rests: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    await restIsOver();
    const began = Date.now();
    expect((await asking(50, () => bad("timed_out"))).asked).toBe(1);
    rests.push(((await trouble())[0]?.restUntil?.getTime() ?? 0) - began);
  }
  expect(rests[2]).toBeGreaterThan(rests[0] ?? 0);
});

test("while one process tries it, another waits", async () => {
  await asking(1, () => bad("rate_limited", 60));
  await restIsOver();
  const { gateTo } = await import("./health");
  const key = { portal: "casa", environment: "production" };
  expect(await gateTo(key)).toEqual({ open: true, probe: true });
  anotherProcess();
  expect((await asking(3, () => good)).asked).toBe(0);
});

test("a good answer to a question from before does not end its rest", async () => {
  const { gateTo, noteAnswer } = await import("./health");
  const key = { portal: "casa", environment: "production" };
  const before = await gateTo(key);
  if (!before.open) throw new Error("closed");
  await noteAnswer(key, bad("rate_limited", 60), { gate: before, tell });
  await noteAnswer(key, good, { gate: before, tell });
  expect(await gateTo(key)).toMatchObject({ open: false });
});

test("an absurd wait is not believed of the whole portal", async () => {
  await asking(1, () => bad("rate_limited", 86_400));
  const [row] = await trouble();
  expect((row?.restUntil?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(300_000);
});

test("a portal that is well is asked by more and more at once, and by few after trouble", async () => {
  const { inTurn } = await import("./turn");
  let now = 0;
  let most = 0;
  const ask = async () => {
    now += 1;
    most = Math.max(most, now);
    await sleep(20);
    now -= 1;
    return good;
  };
  const burst = async () => {
    most = 0;
    await Promise.all(
      Array.from({ length: 60 }, () => inTurn(casa, { ask, answerOf: (said) => said, tell })),
    );
    return most;
  };
  const first = await burst();
  const second = await burst();
  expect(second).toBeGreaterThan(first);
  for (let n = 0; n < 4; n += 1) await asking(1, () => bad("failing"));
  expect(await burst()).toBeLessThan(second);
});

test("what an answer was about is done also when it cannot be noted", async () => {
  const { inTurn } = await import("./turn");
  const gone = async () => {
    at.client = { portalTrouble: {}, $queryRaw: () => Promise.reject(new Error("away")) };
    return bad("failing");
  };
  expect(await inTurn(casa, { ask: gone, answerOf: (said) => said, tell })).toMatchObject({
    kind: "asked",
  });
});

test("a trial that was not made is given back, and another makes it", async () => {
  await asking(1, () => bad("rate_limited", 60));
  await restIsOver();
  const { inTurn } = await import("./turn");
  await inTurn(casa, { ask: async () => null, answerOf: () => null, tell });
  await expect(
    inTurn(casa, { ask: () => Promise.reject(new Error("no")), answerOf: () => good, tell }),
  ).rejects.toThrow();
  expect((await asking(1, () => good)).asked).toBe(1);
});

test("connections whose tokens come from another server are another portal", async () => {
  const apart = { ...casa, endpoints: { TOKEN: "https://other.example/token" } } as Connection;
  await asking(1, () => bad("rate_limited", 60));
  expect((await asking(3, () => good, apart)).asked).toBe(3);
});

test("the beginning and the end of trouble are told once, however many processes hear of it", async () => {
  const failing = () => bad("failing");
  await asking(4, failing);
  expect(told).toEqual([]);
  await asking(20, failing);
  anotherProcess();
  await asking(3, failing);
  await restIsOver();
  await asking(1, failing);
  expect(told).toEqual(["casa trouble_began failing"]);
  await restIsOver();
  await asking(5, () => good);
  anotherProcess();
  await asking(5, () => good);
  expect(told).toEqual(["casa trouble_began failing", "casa trouble_ended"]);
  await asking(1, failing);
  await asking(1, () => good);
  expect(told).toHaveLength(2);
});

test("what could not be told with trouble's beginning is told when it goes on", async () => {
  const { noteAnswer } = await import("./health");
  const key = { portal: "casa", environment: "production" };
  const gate = { probe: false };
  const cannot = () => Promise.reject(new Error("away"));
  const answer = bad("rate_limited", 60);
  await expect(noteAnswer(key, answer, { gate, tell: cannot })).rejects.toThrow("away");
  await noteAnswer(key, answer, { gate, tell });
  await noteAnswer(key, answer, { gate, tell });
  expect(told).toEqual(["casa trouble_began rate_limited"]);
});
