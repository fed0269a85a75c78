import { expect, test } from "vitest";
import { exchange, openSimulator } from "./testing";

/** What the control API says to what it cannot do, and what a reset undoes. */

test("options are a portal's own: switched, shown, refused with a sentence, and forgotten", async () => {
  const { control } = await openSimulator();
  const set = (options: Record<string, unknown>) => control("POST", "/options", options);
  const switched = await set({ portal: "olx", refresh: "keep" });
  expect(await switched.json()).toMatchObject({ refresh: "keep", refusal: "error" });
  expect(await (await set({ portal: "olx", refusal: "none" })).json()).toMatchObject({
    refresh: "keep",
    refusal: "none",
  });

  const sentence = async (answer: Response) => [answer.status, (await answer.json()).error];
  expect(await sentence(await set({ portal: "olx", refresh: "often" }))).toEqual([
    400,
    expect.stringContaining("refresh: "),
  ]);
  expect(await sentence(await set({ portal: "olx", colour: "red" }))).toEqual([
    400,
    expect.stringContaining("colour"),
  ]);
  expect(await sentence(await set({ portal: "nowhere", refresh: "keep" }))).toEqual([
    400,
    "portal: there is no nowhere here that has options.",
  ]);

  await control("POST", "/reset");
  expect(await (await set({ portal: "olx" })).json()).toMatchObject({
    refresh: "strict",
    refusal: "error",
  });
});

test("a fault that only another portal knows waits for that one", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("PUT", "/faults", { at: "token", kind: "invalid-api-key", times: 1 });
  expect((await exchange(origin, code)).status).toBe(200);
  const olx = await fetch(`${origin}/api.olxgroup.com/oauth/v1/token`, { method: "POST" });
  expect((await olx.json()).message).toBe("Invalid API Key - unknown Partner");
});

test("a fault has to be known at its host", async () => {
  const { control } = await openSimulator();
  const fault = { at: "token", kind: "invalid-api-key" };
  const refused = await control("PUT", "/faults", { ...fault, host: "mls-connect.com" });
  expect(refused.status).toBe(400);
  expect((await refused.json()).error).toContain('nothing called "invalid-api-key" happens');
  const host = "api.olxgroup.com";
  expect((await control("PUT", "/faults", { ...fault, host })).status).toBe(200);
});

test("nobody is removed from a portal that is not there, or that does not know them", async () => {
  const { control } = await openSimulator();
  const sentence = async (body: Record<string, string>) =>
    (await (await control("POST", "/revoke", body)).json()).error;
  expect(await sentence({ person: "Nobody" })).toBe("There is no Nobody.");
  expect(await sentence({ portal: "olx", person: "Nobody" })).toBe("There is no Nobody at olx.");
  expect(await sentence({ portal: "olx", board: "storia", person: "Kasia Krótka" })).toBe(
    "There is no Kasia Krótka at olx on the board storia.",
  );
});
