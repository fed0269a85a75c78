import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect } from "@playwright/test";
import { type App, apps, folder, spare } from "./support/apps";
import { BackEnd } from "./support/back-end";
import { linkAttempt } from "./support/flow-endings";
import { startApp } from "./support/production-app";
import { rowsOf, signedIn, test, whoIsSignedIn } from "./support/test";

/** An app that sends traces, and what collects them. */

const own = `${folder}/traces`;
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const UNTRUSTED = "1af7651916cd43dd8448eb211c80319c";
const traceparentOf = (trace: string) => `00-${trace}-b7ad6b7169203331-01`;
const SESSION = `${"s".repeat(40)}-T3`;

const received: Buffer[] = [];
const collector = createServer(async (request, response) => {
  received.push(Buffer.from(`${request.method} ${request.url}\n`), await buffer(request));
  response.setHeader("content-type", "application/x-protobuf").end();
});

let app: App;
let child: ChildProcess;

test.beforeAll(async () => {
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  await once(collector.listen(0, "localhost"), "listening");
  const { port } = collector.address() as AddressInfo;
  app = {
    port: spare.port,
    url: spare.url,
    settings: {
      ...apps.main.settings,
      AUTH_URL: spare.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=trial",
      OTEL_BSP_SCHEDULE_DELAY: "200",
    },
  };
  child = await startApp("traces", app, { folder: own, serviceKey: true });
});

test.afterAll(async () => {
  await stop();
  collector.close();
});

async function stop() {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

test.use({ baseURL: spare.url, expectedConsoleErrors: [/404/] });

test("traces tell where time goes, and hold no code, token, person or link", async ({
  page,
  context,
  portals,
  request,
}) => {
  test.slow();
  await signedIn(page, "Federia", "Anna Peeters", app);
  const flows = [
    { portal: "Flexmls", person: "Sandra Key" },
    { portal: "ImmoScout24", person: "Greta Schulz" },
  ];
  for (const flow of flows) expect(await linkAttempt(page, flow)()).toBe("Linked");
  await page.goto("/dashboard/account");
  await page.goto("/sign-in?code=of-a-stray-visitor");
  await page.goto("/nowhere/of-a-stray-visitor");
  await page.goto(`/connect/s/${SESSION}`);
  await request.get(`${app.url}/sign-in`, { headers: { traceparent: traceparentOf(UNTRUSTED) } });
  await page.goto("/dashboard");
  await expect(rowsOf(page)).toHaveCount(3);
  const user = await whoIsSignedIn(context, app);

  const backEnd = new BackEnd(request, app.url, own);
  const link = await backEnd.link(user.id, "spark");
  await portals.expireTokens();
  const first = (await backEnd.token(link)).token;
  const second = (await backEnd.token(link, { rejected_generation: first.generation })).token;
  const key = readFileSync(`${own}/service-key`, "utf8");
  await request.get(`${app.url}/api/v1/links?user=${user.id}`, {
    headers: { authorization: `Bearer ${key}`, traceparent: traceparentOf(TRACE) },
  });
  await stop(); // which sends the last ones

  const sent = Buffer.concat(received);
  const text = sent.toString("latin1");
  for (const word of [
    "POST /v1/traces",
    "deployment.environment.name",
    "api token",
    "api links",
    "refresh",
    "portico.connection",
    "spark",
    "succeeded",
    "http.response.status_code",
    "GET /dashboard/account",
    "server.address",
    "next.span_type",
  ]) {
    expect(text, word).toContain(word);
  }
  expect(sent.includes(Buffer.from(TRACE, "hex"))).toBe(true);
  expect(sent.includes(Buffer.from(UNTRUSTED, "hex"))).toBe(false);

  const secrets = [
    ...(await portals.secrets()),
    first.access_token,
    second.access_token,
    key,
    link,
    user.id,
    SESSION,
    ...["Anna", "Peeters", "anna", "Sandra", "Greta", "of-a-stray-visitor"],
    ...Object.entries(app.settings)
      .filter(([name]) => /_(CLIENT_SECRET|API_KEY|CLIENT_ID)$/.test(name))
      .map(([, value]) => value),
  ];
  expect(secrets.length).toBeGreaterThan(20);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});
