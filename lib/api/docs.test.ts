import { expect, test } from "vitest";
import { answer } from "./answer";

const get = async (path: string) =>
  answer(new Request(`http://localhost:3000/api/v1/${path}`, { method: "GET" }));

test("all that the page loads is here, and its policy allows nothing else", async () => {
  const { status, headers, body } = await get("docs");
  expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; /);
  expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:/);
  expect(body).not.toMatch(/<script>|<style|style=|https?:/);
  const loaded = [...(body ?? "").matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, at]) => at);
  expect(loaded).toHaveLength(4);
  for (const path of loaded) {
    const file = await get(path ?? "");
    expect(file.status).toBe(200);
    expect(file.headers["content-type"]).toMatch(/^text\/(css|javascript); /);
  }
});

test("a file is compressed once, however often it is asked for", async () => {
  const ask = async () => (await get("docs/swagger-ui-bundle.js")).zipped?.();
  const first = await ask();
  expect(first?.length).toBeGreaterThan(100_000);
  expect(await ask()).toBe(first);
});

test.each(["docs/", "docs/package.json", "docs/..%2Fpackage.json", "docs/toString"])(
  "%s is no file of the page",
  async (path) => expect((await get(path)).status).toBe(404),
);
