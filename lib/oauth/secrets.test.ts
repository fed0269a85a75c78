import { expect, test } from "vitest";
import { secretsIn } from "./secrets";

const basic = `Basic ${Buffer.from("client:s:e cret").toString("base64")}`;

test.each<[about: string, Parameters<typeof secretsIn>[0], secrets: string[]]>([
  [
    "a form",
    { body: "grant_type=refresh_token&refresh_token=r+1&client_id=client&client_secret=c%2Fd" },
    ["r 1", "c/d"],
  ],
  ["JSON", { body: '{"grant_type":"password","username":"anna","password":"pw"}' }, ["anna", "pw"]],
  ["HTTP Basic", { headers: { authorization: basic } }, [basic.slice(6), "s:e cret"]],
  ["a bearer", { headers: { Authorization: "Bearer at-1" } }, ["at-1"]],
  ["an API key", { headers: { "x-api-key": "key", accept: "application/json" } }, ["key"]],
  [
    "OAuth 1.0a",
    {
      headers: {
        authorization:
          'OAuth oauth_consumer_key="ck", oauth_token="a%2Bb", oauth_nonce="n1", oauth_verifier="T8", oauth_signature="s%3D"',
      },
    },
    ["a+b", "T8", "s="],
  ],
  ["nothing", { headers: { "user-agent": "Portico/1" } }, []],
])("of %s, what may not be repeated is known", (_about, call, secrets) => {
  expect(secretsIn(call)).toEqual(secrets);
});
