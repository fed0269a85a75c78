import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { answering, markAbsent, markUnavailable } from "./unavailable.mjs";

/** The status that a browser gets of an answer that is written with another one. */
async function statusOf(written: number, mark: () => void) {
  const server = createServer((_, answer) => {
    answering(answer, async () => {
      await new Promise(setImmediate);
      mark();
      answer.statusCode = written;
      answer.end();
    });
  }).listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { status } = await fetch(`http://localhost:${port}`);
  server.close();
  return status;
}

test("a page that has found nothing has status 404, and no other answer has", async () => {
  expect(await statusOf(200, markAbsent)).toBe(404);
  expect(await statusOf(200, () => {})).toBe(200);
  expect(await statusOf(307, markAbsent)).toBe(307);
  expect(await statusOf(500, markAbsent)).toBe(500);
});

test("an error that passes has status 503, and no other answer has", async () => {
  expect(await statusOf(500, markUnavailable)).toBe(503);
  expect(await statusOf(500, () => {})).toBe(500);
  expect(await statusOf(200, markUnavailable)).toBe(200);
});
