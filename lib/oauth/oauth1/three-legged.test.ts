import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import oauthSign from "oauth-sign";
import { expect, onTestFinished, test } from "vitest";
import { fetchAccessToken, fetchRequestToken } from "./three-legged";

const consumer = { key: "exampleKey", secret: "example&Secret+/=" };
const moment = { timestamp: 1700000000, nonce: "abc123" };

/** A portal that answers this, and what it was asked. */
async function portal(status: number, body: string) {
  const asked: { request: IncomingMessage; parameters: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    const pairs = (request.headers.authorization ?? "").matchAll(/(\w+)="([^"]*)"/g);
    const parameters = [...pairs].map(([, name, value = ""]) => [name, decodeURIComponent(value)]);
    asked.push({ request, parameters: Object.fromEntries(parameters) });
    response.writeHead(status).end(body);
  }).listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const url = `http://localhost:${(server.address() as AddressInfo).port}/security/oauth/token`;
  return { asked, leg: { url, consumer, headers: { "user-agent": "Portico/1" }, errors: {} } };
}

const callback = "https://crm.example/cb?portal=is24&x=a b";

test("a request token is asked for with a signed callback, and read with its encoded secret", async () => {
  const { asked, leg } = await portal(
    200,
    "oauth_token=0c710b4d-c364&oauth_token_secret=bIKKofo%2BL6W8%2Fqtwadi2i4%3D&oauth_callback_confirmed=true",
  );
  expect(await fetchRequestToken({ ...leg, callback }, moment)).toEqual({
    token: "0c710b4d-c364",
    secret: "bIKKofo+L6W8/qtwadi2i4=",
  });
  const [seen] = asked;
  const { oauth_signature, ...signed } = seen?.parameters ?? {};
  expect(seen?.request).toMatchObject({
    method: "POST",
    headers: {
      accept: "application/x-www-form-urlencoded, text/plain",
      "user-agent": "Portico/1",
    },
  });
  expect(signed.oauth_callback).toBe(callback);
  expect(oauth_signature).toBe(oauthSign.hmacsign("POST", leg.url, signed, consumer.secret));
});

test("a portal that does not say whether it confirms the callback is taken at its word; a no is a no", async () => {
  const silent = await portal(200, "oauth_token=t&oauth_token_secret=s\n");
  expect(await fetchRequestToken({ ...silent.leg, callback }, moment)).toEqual({
    token: "t",
    secret: "s",
  });
  const no = await portal(200, "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false");
  await expect(fetchRequestToken({ ...no.leg, callback }, moment)).rejects.toMatchObject({
    code: "unexpected",
  });
});

test("an access token is asked for with the request token, its secret and the verifier", async () => {
  const { asked, leg } = await portal(200, "oauth_token=at&oauth_token_secret=ats");
  const requestToken = { token: "rt", secret: "rts+/=" };
  const access = await fetchAccessToken({ ...leg, requestToken, verifier: "T8dxpr" }, moment);
  expect(access).toMatchObject({ accessToken: "at", tokenSecret: "ats", refreshToken: null });
  const { oauth_signature, ...signed } = asked[0]?.parameters ?? {};
  expect(signed).toMatchObject({ oauth_token: "rt", oauth_verifier: "T8dxpr" });
  expect(oauth_signature).toBe(
    oauthSign.hmacsign("POST", leg.url, signed, consumer.secret, requestToken.secret),
  );
});

test("401 means our registration at the first leg and a spent permission at the second, unless the portal says more", async () => {
  const { leg } = await portal(401, "Invalid signature");
  await expect(fetchRequestToken({ ...leg, callback }, moment)).rejects.toMatchObject({
    code: "invalid_client",
  });
  const skewed = { status: 401, says: /timestamp/i, means: "clock_skewed" } as const;
  const late = await portal(401, "Invalid timestamp");
  await expect(
    fetchRequestToken({ ...late.leg, errors: { refusals: [skewed] }, callback }, moment),
  ).rejects.toMatchObject({ code: "clock_skewed" });
  const errorPlaces = [{ code: ["messageCode"], message: ["message"] }];
  const inXml = await portal(401, "<m><messageCode>ERROR_X</messageCode><message>No</message></m>");
  await expect(
    fetchRequestToken({ ...inXml.leg, errors: { errorPlaces }, callback }, moment),
  ).rejects.toMatchObject({ code: "invalid_client" });
  const spent = { ...leg, requestToken: { token: "t", secret: "s" }, verifier: "v" };
  await expect(fetchAccessToken(spent, moment)).rejects.toMatchObject({ code: "invalid_grant" });
});

test.each([
  [503, "", "failing"],
  [429, "", "rate_limited"],
  [404, "", "empty"],
  [401, "<html>Authorization Required</html>", "web_page"],
  [200, "", "empty"],
  [200, "oauth_token=t", "unexpected"],
  [200, "<html>maintenance</html>", "web_page"],
] as const)("%i with %j is %s", async (status, body, code) => {
  const { leg } = await portal(status, body);
  await expect(fetchRequestToken({ ...leg, callback }, moment)).rejects.toMatchObject({ code });
});
