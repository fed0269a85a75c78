import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { requestTokens, type TokenEndpoint } from "./token-request";

type Asked = { headers: IncomingHttpHeaders; body: string };

/** A token endpoint, and what it was sent. */
async function endpoint(said: Partial<TokenEndpoint>) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ headers: request.headers, body });
    response.end('{"access_token":"at"}');
  }).listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const url = `http://localhost:${(server.address() as AddressInfo).port}/token`;
  const registration = { id: "client", secret: "s+e/c=r&et" };
  const headers = { "user-agent": "Portico/1", "x-api-key": "key" };
  const shared = { url, registration, headers, errors: {} };
  return { asked, endpoint: { ...shared, clientAuth: "body", format: "json", ...said } as const };
}

const grant = { grant_type: "authorization_code", code: "c o+de" };

test("as JSON, with the client in the body", async () => {
  const { asked, endpoint: given } = await endpoint({});
  expect((await requestTokens(given, grant)).tokens.accessToken).toBe("at");
  expect(asked[0]?.headers).toMatchObject({
    accept: "application/json",
    "content-type": "application/json",
    "user-agent": "Portico/1",
    "x-api-key": "key",
  });
  expect(asked[0]?.headers).not.toHaveProperty("authorization");
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    client_id: "client",
    client_secret: "s+e/c=r&et",
    ...grant,
  });
});

test("as a form, with the client in the body", async () => {
  const { asked, endpoint: given } = await endpoint({ format: "form" });
  await requestTokens(given, grant);
  expect(asked[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(asked[0]?.body).toBe(
    "client_id=client&client_secret=s%2Be%2Fc%3Dr%26et&grant_type=authorization_code&code=c+o%2Bde",
  );
});

test("with HTTP Basic nothing of the client is in the body", async () => {
  const { asked, endpoint: given } = await endpoint({ clientAuth: "basic" });
  await requestTokens(given, grant);
  const basic = Buffer.from("client:s+e/c=r&et").toString("base64");
  expect(asked[0]?.headers.authorization).toBe(`Basic ${basic}`);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual(grant);
});

test("with HTTP Basic as RFC 6749 section 2.3.1 has it, id and secret are form-encoded", async () => {
  const { asked, endpoint: given } = await endpoint({ clientAuth: "encoded_basic" });
  await requestTokens(given, grant);
  const basic = Buffer.from("client:s%2Be%2Fc%3Dr%26et").toString("base64");
  expect(asked[0]?.headers.authorization).toBe(`Basic ${basic}`);
});
