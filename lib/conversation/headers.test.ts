import { createHmac } from "node:crypto";
import { beforeEach, expect, test, vi } from "vitest";

/** What is sent along when an application asks on behalf of no member. */

beforeEach(() => {
  vi.stubEnv("OLX_SITES", "otodom");
  vi.stubEnv("OLX_CLIENT_ID", "olx-client");
  vi.stubEnv("OLX_CLIENT_SECRET", "olx-secret");
  vi.stubEnv("OLX_API_KEY", "olx-key");
  vi.stubEnv("IMMOSCOUT24_CLIENT_ID", "consumer-key");
  vi.stubEnv("IMMOSCOUT24_CLIENT_SECRET", "consumer/secret=");
  vi.resetModules();
});

async function headersFor(id: string, url: string) {
  const { findConnection } = await import("./configuration");
  const { applicationHeaders } = await import("./headers");
  const connection = findConnection(id);
  if (!connection) throw new Error(`There is no ${id}`);
  return applicationHeaders(connection, { method: "GET", url });
}

test("a portal with an API key gets that, and no authorization", async () => {
  const url = "https://api.olxgroup.com/taxonomy/v1/categories/";
  expect(await headersFor("olx-otodom", url)).toEqual({
    "user-agent": expect.stringMatching(/^Portico\//),
    "x-api-key": "olx-key",
    accept: "application/json",
  });
});

test("a signature without a token is made with the consumer's secret alone", async () => {
  const url = "https://rest.immobilienscout24.de/restapi/api/gis/v1.0/country/276/region";
  const { authorization = "", ...rest } = await headersFor("immoscout24", `${url}?q=a%20b`);
  expect(rest).toEqual({
    "user-agent": expect.stringMatching(/^Portico\//),
    accept: "application/json",
  });
  const sent = new Map(
    [...authorization.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
      name,
      decodeURIComponent(value),
    ]),
  );
  expect(sent.get("oauth_consumer_key")).toBe("consumer-key");
  expect(sent.has("oauth_token")).toBe(false);
  const parameters = [...sent].filter(([name]) => name !== "oauth_signature");
  const signed = [...parameters, ["q", "a b"]]
    .map((pair) => pair.map((each) => encodeURIComponent(each ?? "")).join("="))
    .sort()
    .join("&");
  const text = `GET&${encodeURIComponent(url)}&${encodeURIComponent(signed)}`;
  const expected = createHmac("sha1", "consumer%2Fsecret%3D&").update(text).digest("base64");
  expect(sent.get("oauth_signature")).toBe(expected);
});
