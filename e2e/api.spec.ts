import { expect } from "@playwright/test";
import { apps, hiddenApi } from "./support/apps";
import { test } from "./support/test";

/** The API of the production build, without a service key. */

const api = `${apps.main.url}/api/v1`;

test("without a service key only the document and its page are served", async ({ request }) => {
  const calls = [
    await request.get(`${api}/links`),
    await request.post(`${api}/links/any/token`, { data: {} }),
    await request.post(`${api}/links/any/headers`, { data: {} }),
  ];
  for (const answer of calls) {
    expect(answer.status()).toBe(401);
    expect(answer.headers()).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "www-authenticate": 'Bearer realm="api/v1"',
    });
    const { code, request_id } = await answer.json();
    expect(code).toBe("unauthorized");
    expect(request_id).toBe(answer.headers()["x-request-id"]);
  }
  const document = await request.get(`${api}/openapi.json`);
  expect(document.status()).toBe(200);
  expect(Object.keys((await document.json()).paths)).toContain("/api/v1/links/{id}/token");
});

test("a method that an address does not have gets 405, an unknown address 404", async ({
  request,
}) => {
  const put = await request.put(`${api}/links`, { data: {} });
  expect([put.status(), put.headers().allow]).toEqual([405, "GET, POST, OPTIONS"]);
  const get = await request.get(`${api}/links/any/token`);
  expect([get.status(), get.headers().allow]).toEqual([405, "POST, OPTIONS"]);
  for (const path of ["", "/nothing", "/links/any/other", "/links/any/token/more"]) {
    const answer = await request.get(`${api}${path}`);
    expect(answer.status()).toBe(404);
    expect((await answer.json()).code).toBe("not_found");
  }
});

test("the API can be on a port of its own, and only there", async ({ request }) => {
  const document = await request.get(`${hiddenApi}/openapi.json`);
  expect(document.status()).toBe(200);
  expect(document.headers()).toMatchObject({
    "content-encoding": "gzip",
    "x-content-type-options": "nosniff",
  });
  expect((await request.get(`${hiddenApi}/links`)).status()).toBe(401);
  expect((await request.get(`${hiddenApi}/nowhere`)).status()).toBe(404);
  expect((await request.fetch(`${hiddenApi}/links`, { method: "TRACE" })).status()).toBe(405);
  const body = "x".repeat(300_000);
  expect((await request.post(`${hiddenApi}/links`, { data: body })).status()).toBe(413);
  expect((await request.get(new URL("/sign-in", hiddenApi).href)).status()).toBe(404);

  const publicly = await request.get(`${apps.hidden.url}/api/v1/openapi.json`);
  expect(publicly.status()).toBe(404);
  expect(publicly.headers()["content-type"]).toBe("application/problem+json");
});
