import { expect, test } from "vitest";
import { openOlx } from "./testing";

/** What an application may read without a person. */

const alone = { authorization: undefined, accept: "application/json" };

test.each([
  "/taxonomy/v1/categories/",
  "/taxonomy/v1/categories/partner/urn:site:storiaro",
  "/locations/v1/urn:site:otodompl/cities?id=213",
])("%s needs the API key alone", async (path) => {
  const { call } = await openOlx();
  const answer = await call(path, "", alone);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ message: "success", data: [{}] });
});

test.each([
  ["no API key", { "x-api-key": undefined }, 403],
  ["an unknown API key", { "x-api-key": "x" }, 403],
  ["no name", { "user-agent": undefined }, 400],
  ["a token that is none", { authorization: "Bearer x" }, 401],
  ["nothing that it accepts", { accept: "*/*" }, 406],
] as const)("a call with %s is refused", async (_what, change, status) => {
  const { call } = await openOlx();
  const answer = await call("/taxonomy/v1/categories/", "", { ...alone, ...change });
  expect(answer.status).toBe(status);
});

test("an API key alone reads no advert, and locations are Otodom's", async () => {
  const { call } = await openOlx();
  expect((await call("/advert/v1/meta", "", alone)).status).toBe(401);
  expect((await call("/locations/v1/urn:site:storiaro/cities", "", alone)).status).toBe(404);
});
