import { expect, test } from "vitest";
import { openSimulator, type RunningSimulator } from "../../testing";
import { api, apiHeaders, codeFor, exchange, grant, refresh, roles, userinfo } from "./testing";

/** Personal Access Tokens, the replication host and RESO's Web API at Spark. */

const account = "/v1/my/account";

async function tokensOf({ visitor }: RunningSimulator, person: string) {
  const browser = await visitor().open("/sparkplatform.com/personal-access-token");
  await browser.press(person);
  const [standard = "", replication = ""] = [...browser.page.matchAll(/<code>(\w+)<\/code>/g)].map(
    ([, token = ""]) => token,
  );
  return { standard, replication };
}

function ask(simulator: RunningSimulator, host: string, path: string, token: string) {
  const headers = { ...apiHeaders, authorization: `Bearer ${token}` };
  return fetch(`${simulator.origin}/${host}${path}`, { headers });
}

const codeOf = async (answer: Response) => [answer.status, (await answer.json()).D?.Code];

test("a Personal Access Token is one account's, the same at each visit, and has no end", async () => {
  const simulator = await openSimulator();
  const { standard } = await tokensOf(simulator, "Sandra Key");
  expect((await tokensOf(simulator, "Sandra Key")).standard).toBe(standard);
  expect((await tokensOf(simulator, "Sam Broker")).standard).not.toBe(standard);
  expect(await (await simulator.control("POST", "/expire-tokens")).json()).toEqual({ expired: 0 });
  const answer = await api(simulator.origin, account, `Bearer ${standard}`);
  expect((await answer.json()).D.Results[0]).toMatchObject({ Name: "Sandra Key" });
});

test("it is sent as Bearer, never as OAuth, and only in the header", async () => {
  const simulator = await openSimulator();
  const { standard } = await tokensOf(simulator, "Sandra Key");
  const { origin } = simulator;
  expect(await codeOf(await api(origin, account, `OAuth ${standard}`))).toEqual([401, 1000]);
  expect(await codeOf(await api(origin, account, standard))).toEqual([401, 1000]);
  const inAddress = `${account}?access_token=${standard}`;
  expect(await codeOf(await api(origin, inAddress, `Bearer ${standard}`))).toEqual([401, 1000]);
});

test("it is no OpenID token, and nothing can be exchanged for it or with its key", async () => {
  const simulator = await openSimulator();
  const { standard } = await tokensOf(simulator, "Sandra Key");
  expect((await userinfo(simulator.origin, standard)).status).toBe(401);
  expect((await refresh(simulator.origin, standard)).status).toBe(400);
  const key = { client_id: "simulated-spark-personal", client_secret: "" };
  const password = { username: "sandra.key", password: "open sesame" };
  const granted = await grant(simulator.origin, { grant_type: "password", ...key, ...password });
  expect(await granted.json()).toMatchObject({ error: "invalid_client" });
  const refreshed = { grant_type: "refresh_token", ...roles.private, refresh_token: standard };
  expect((await grant(simulator.origin, refreshed)).status).toBe(400);
});

test("a token for replication works at the replication host alone: 1021", async () => {
  const simulator = await openSimulator();
  const { standard, replication } = await tokensOf(simulator, "Sandra Key");
  const at = (host: string, token: string) => ask(simulator, host, account, token);
  expect(await codeOf(await at("sparkapi.com", replication))).toEqual([403, 1021]);
  expect((await at("replication.sparkapi.com", replication)).status).toBe(200);
  expect((await at("replication.sparkapi.com", standard)).status).toBe(200);
  expect(await codeOf(await at("replication.sparkapi.com", "another"))).toEqual([401, 1000]);
});

test("tokens of other kinds work at the replication host as well", async () => {
  const simulator = await openSimulator();
  const code = await codeFor(simulator.visitor(), "Sandra Key");
  const { access_token } = await (await exchange(simulator.origin, code)).json();
  const answer = await ask(simulator, "replication.sparkapi.com", account, access_token);
  expect(answer.status).toBe(200);
});

test.each(["sparkapi.com", "replication.sparkapi.com"])(
  "%s has RESO's Web API, with a version in its path or without",
  async (host) => {
    const simulator = await openSimulator();
    const { standard } = await tokensOf(simulator, "Sam Broker");
    const reso = (path: string) => ask(simulator, host, path, standard);
    for (const path of ["/Reso/OData/Property", "/Version/3/Reso/OData/Property"]) {
      const answer = await reso(`${path}?$top=3`);
      expect((await answer.json()).value).toHaveLength(3);
    }
    expect(await codeOf(await reso("/Version/three/Reso/OData/Property"))).toEqual([404, 404]);
    expect((await reso("/Version/Reso/OData/Property")).status).toBe(404);
    expect(await codeOf(await ask(simulator, host, "/Reso/OData/Property", "no"))).toEqual([
      401, 1000,
    ]);
    const most = host === "sparkapi.com" ? 200 : 1000;
    expect((await reso(`/Reso/OData/Property?$top=${most}`)).status).toBe(200);
    expect(await codeOf(await reso(`/Reso/OData/Property?$top=${most + 1}`))).toEqual([400, 1050]);
  },
);

test("the replication host wants the same headers, and has no OpenID Connect", async () => {
  const simulator = await openSimulator();
  const { standard } = await tokensOf(simulator, "Sandra Key");
  const bare = await fetch(`${simulator.origin}/replication.sparkapi.com${account}`, {
    headers: { authorization: `Bearer ${standard}` },
  });
  expect(await codeOf(bare)).toEqual([400, 1016]);
  const discovery = "/.well-known/openid-configuration";
  const answer = await ask(simulator, "replication.sparkapi.com", discovery, standard);
  expect(answer.status).toBe(404);
});
