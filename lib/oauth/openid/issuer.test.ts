import { expect, onTestFinished, test, vi } from "vitest";
import { Issuer } from "./issuer";
import { type Provider, provider } from "./testing";

/** For how long a provider is known without being asked. */

const MINUTE_MS = 60_000;

async function known(): Promise<{
  asked: Provider["asked"];
  lies: Provider["lies"];
  issuer: Issuer;
}> {
  const { asked, lies, issuer } = await provider();
  return { asked, lies, issuer: new Issuer(issuer, { "user-agent": "Portico/1" }) };
}

function pass(ms: number) {
  if (!vi.isFakeTimers()) {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
  }
  vi.setSystemTime(Date.now() + ms);
}

test("many who ask at once ask once", async () => {
  const { asked, issuer } = await known();
  await Promise.all(Array.from({ length: 20 }, () => [issuer.metadata(), issuer.keys()]).flat());
  expect(asked).toMatchObject({ metadata: 1, jwks: 1 });
});

test("what is known stays known for an hour", async () => {
  const { asked, issuer } = await known();
  await issuer.keys();
  pass(59 * MINUTE_MS);
  await issuer.keys();
  expect(asked).toMatchObject({ metadata: 1, jwks: 1 });
  pass(MINUTE_MS);
  await issuer.keys();
  expect(asked).toMatchObject({ metadata: 2, jwks: 2 });
});

test("a failure is shared by those who wait for it and not remembered", async () => {
  const { asked, lies, issuer } = await known();
  lies.metadata = { status: 503 };
  const both = await Promise.allSettled([issuer.metadata(), issuer.metadata()]);
  expect(both).toMatchObject([{ reason: { code: "failing" } }, { reason: { code: "failing" } }]);
  expect(asked.metadata).toBe(1);
  lies.metadata = {};
  await expect(issuer.metadata()).resolves.toMatchObject({
    authorization_response_iss_parameter_supported: false,
  });
  expect(asked.metadata).toBe(2);
});

test("a provider that has never answered is asked thirty times a minute, however many want to go there", async () => {
  const { asked, lies, issuer } = await known();
  lies.metadata = { status: 503 };
  for (let n = 0; n < 100; n += 1) {
    await expect(issuer.metadata()).rejects.toMatchObject({ code: "failing" });
  }
  expect(asked.metadata).toBe(30);
  lies.metadata = {};
  pass(MINUTE_MS);
  await expect(issuer.metadata()).resolves.toBeDefined();
});

test("keys that could not be had are asked for again, and the metadata is not", async () => {
  const { asked, lies, issuer } = await known();
  lies.jwks = { status: 503 };
  await expect(issuer.keys()).rejects.toMatchObject({ code: "failing" });
  lies.jwks = {};
  await issuer.keys();
  expect(asked).toMatchObject({ metadata: 1, jwks: 2 });
});

test("renewed keys come from where the provider has them now", async () => {
  const { asked, issuer } = await known();
  await issuer.keys();
  await issuer.renewedKeys();
  await issuer.keys();
  expect(asked).toMatchObject({ metadata: 2, jwks: 2 });
});

test("an issuer whose documents fail is known as it was, and asked again", async () => {
  const { asked, lies, issuer } = await known();
  await issuer.keys();
  pass(61 * MINUTE_MS);
  lies.metadata = { status: 503 };
  lies.jwks = { status: 503 };
  await expect(issuer.metadata()).resolves.toBeDefined();
  await expect(issuer.keys()).resolves.toBeDefined();
  await issuer.metadata();
  expect(asked.metadata).toBe(2); // not all the time
  pass(11_000);
  lies.metadata = {};
  await issuer.metadata();
  expect(asked.metadata).toBe(3);
  pass(25 * 60 * MINUTE_MS);
  lies.metadata = { status: 503 };
  await expect(issuer.metadata()).rejects.toMatchObject({ code: "failing" });
});

test("what an issuer names is asked for again soon after it has failed, and not for an hour used", async () => {
  const { asked, lies, issuer } = await known();
  lies.jwks = { status: 404 };
  await expect(issuer.keys()).rejects.toMatchObject({ code: "unexpected" });
  lies.jwks = {};
  pass(11_000);
  await issuer.keys();
  expect(asked).toMatchObject({ metadata: 2, jwks: 2 });
});

test("keys are renewed so often in a minute, and no more", async () => {
  const { asked, issuer } = await known();
  await issuer.keys();
  for (let n = 0; n < 40; n += 1) await issuer.renewedKeys();
  expect(asked.jwks).toBe(31);
  pass(MINUTE_MS);
  await issuer.renewedKeys();
  expect(asked.jwks).toBe(32);
});
