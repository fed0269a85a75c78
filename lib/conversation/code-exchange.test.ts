import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { rotatingVariables } from "@/lib/accounts/testing";
import { connectionsFrom } from "@/lib/portals/connections";
import { olx } from "@/lib/portals/olx";
import { exchangeCode } from "./code-exchange";

/** What a token request says of our callback, RFC 6749 section 4.1.3. */

async function sentWith(variables: Record<string, string>) {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(JSON.parse(body));
    response.end(JSON.stringify({ access_token: "access", token_type: "Bearer" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  onTestFinished(() => void server.close());
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const set = { ...rotatingVariables(url), ...variables };
  const { connections, errors } = connectionsFrom([olx], set);
  expect(errors).toEqual([]);
  for (const each of connections) {
    await exchangeCode(each, { code: "c", codeVerifier: null, nonce: null });
  }
  return bodies;
}

test("a callback that the authorization request does not name is not named with the code", async () => {
  expect(await sentWith({})).toEqual([{ grant_type: "authorization_code", code: "c" }]);
});

test("a callback that the authorization request names is named with the code", async () => {
  expect(await sentWith({ OLX_SEND_REDIRECT_URI: "on" })).toEqual([
    {
      grant_type: "authorization_code",
      code: "c",
      redirect_uri: "http://localhost:3000/users/auth/olx/callback",
    },
  ]);
});
