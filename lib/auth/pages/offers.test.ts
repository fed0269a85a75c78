import { beforeEach, expect, test, vi } from "vitest";
import { onlyModeAt } from "./offers";

beforeEach(() => {
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "id",
    MLSCONNECT_CLIENT_SECRET: "secret",
    OLX_CLIENT_ID: "id",
    OLX_CLIENT_SECRET: "secret",
    OLX_API_KEY: "key",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

test.each([
  ["olx", "link"],
  ["olx-otodom", "link"],
  ["mlsconnect", null],
  ["mlsconnect-federia", null],
  ["nowhere", null],
  ["", null],
  [null, null],
] as const)("an answer at %s without a flow was for %s", (id, mode) => {
  expect(onlyModeAt(id)).toBe(mode);
});
