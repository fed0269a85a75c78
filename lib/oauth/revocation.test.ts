import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { deleteToken, revokeToken } from "./revocation";

let stop = () => {};
afterEach(() => stop());

type Asked = Pick<IncomingMessage, "method" | "url" | "headers"> & { body: string };

/** A portal that answers everything alike, and remembers what it was asked. */
async function portalAnswering(status: number, body = "", headers = {}) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let sent = "";
    for await (const chunk of request) sent += chunk;
    const { method, url } = request;
    asked.push({ method, url, headers: request.headers, body: sent });
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  stop = () => void server.close();
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, asked };
}

const registration = { id: "client", secret: "s+e/c=ret" };
const about = { registration, headers: { "user-agent": "Portico/1" }, errors: {} };

test("the request is the form of RFC 7009 section 2.1, with the client in its body", async () => {
  const { url, asked } = await portalAnswering(200, "{}");
  const endpoint = { url: `${url}/revoke`, clientAuth: "body" as const, ...about };
  expect(await revokeToken(endpoint, "r&1", "refresh_token")).toEqual({ kind: "revoked" });
  expect(asked[0]).toMatchObject({ method: "POST", url: "/revoke" });
  expect(asked[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toEqual({
    token: "r&1",
    token_type_hint: "refresh_token",
    client_id: "client",
    client_secret: "s+e/c=ret",
  });
});

test.each(["", "{}", '{"revoked":true}', '{"success":true,"error":null}'])(
  "a success that says no more than yes is one: %s",
  async (body) => {
    const { url } = await portalAnswering(200, body);
    const endpoint = { url, clientAuth: "body" as const, ...about };
    expect(await revokeToken(endpoint, "a", "access_token")).toEqual({ kind: "revoked" });
  },
);

test("or as HTTP Basic", async () => {
  const { url, asked } = await portalAnswering(200);
  await revokeToken({ url, clientAuth: "basic", ...about }, "a", "access_token");
  expect(asked[0]?.headers.authorization).toBe(`Basic ${btoa("client:s+e/c=ret")}`);
  expect(asked[0]?.body).toBe("token=a&token_type_hint=access_token");
});

test.each<[number, string, string, string]>([
  [400, '{"error":"unsupported_token_type"}', "refused", "refused"],
  [400, '{"error":"invalid_grant"}', "refused", "invalid_grant"],
  [403, '{"error":"unauthorized_client"}', "refused", "refused"],
  [401, '{"error":"invalid_client"}', "unavailable", "invalid_client"],
  [404, "Not Found", "unavailable", "unreadable"],
  [403, "<h1>Request blocked</h1>", "unavailable", "web_page"],
  [401, "", "unavailable", "empty"],
  [403, '{"message":"Forbidden"}', "unavailable", "unexpected"],
  [200, "<html>Maintenance</html>", "unavailable", "unexpected"],
  [200, "We will be back", "unavailable", "unexpected"],
  [200, '{"message":"We will be back"}', "unavailable", "unexpected"],
  [200, '{"status":"maintenance"}', "unavailable", "unexpected"],
  [200, '{"title":"Service Unavailable","detail":"Back soon"}', "unavailable", "unexpected"],
  [200, '{"errors":[{"code":503}]}', "unavailable", "unexpected"],
  [200, '{"error":"temporarily_unavailable"}', "unavailable", "failing"],
  [200, '{"error":"unsupported_token_type"}', "refused", "refused"],
  [429, "", "unavailable", "rate_limited"],
  [500, "", "unavailable", "failing"],
  [503, "", "unavailable", "failing"],
  [302, "", "unavailable", "redirected"],
])("%i %s is %s", async (status, body, kind, code) => {
  const { url } = await portalAnswering(status, body, { "retry-after": "9", location: "/" });
  const outcome = await revokeToken({ url, clientAuth: "body", ...about }, "a", "access_token");
  expect(outcome).toMatchObject({ kind, error: { code } });
});

test("a portal that cannot be reached is asked later", async () => {
  const { url } = await portalAnswering(200);
  stop();
  const outcome = await revokeToken({ url, clientAuth: "body", ...about }, "a", "access_token");
  expect(outcome).toMatchObject({ kind: "unavailable", error: { code: "unreachable" } });
});

const own = '{"D":{"Success":false,"Code":7,"Message":"No"}}';
const isDone = (body: unknown) => JSON.stringify(body).startsWith('{"D":{"Success":true');
const ownErrors = { errorPlaces: [{ code: ["D", "Code"], message: ["D", "Message"] }] };

test.each([
  [200, "", "revoked"],
  [200, '{"D":{"Success":true,"Results":[]}}', "revoked"],
  [204, "", "revoked"],
  [200, own, "unavailable"],
  [404, own, "absent"],
  [410, own, "absent"],
  [401, own, "refused"],
  [403, own, "refused"],
  [405, own, "unavailable"],
  [503, own, "unavailable"],
  // Not the portal's own words: a gateway on the way.
  [200, "<html>Maintenance</html>", "unavailable"],
  [404, "<h1>Not Found</h1>", "unavailable"],
  [404, "", "unavailable"],
  [401, "", "unavailable"],
  [403, '{"message":"Forbidden"}', "unavailable"],
])("a DELETE that is answered %i %s is %s", async (status, body, kind) => {
  const { url, asked } = await portalAnswering(status, body);
  const headers = { authorization: "Bearer a" };
  const outcome = await deleteToken({ url: `${url}/token/a`, headers, errors: ownErrors, isDone });
  expect(outcome.kind).toBe(kind);
  expect(asked[0]).toMatchObject({ method: "DELETE", url: "/token/a", body: "" });
  expect(asked[0]?.headers.authorization).toBe("Bearer a");
});
