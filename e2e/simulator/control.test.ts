import { expect, test } from "vitest";
import { exchange, openSimulator } from "./testing";

/** The errors of the control API, and what a reset undoes. */

test("a portal's options can be changed, are returned, are checked, and are reset", async () => {
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
    "portal: nowhere is not a portal with options.",
  ]);

  await control("POST", "/reset");
  expect(await (await set({ portal: "olx" })).json()).toMatchObject({
    refresh: "strict",
    refusal: "error",
  });
});

test("a fault that only another portal knows waits for that portal", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("PUT", "/faults", { at: "token", kind: "invalid-api-key", times: 1 });
  expect((await exchange(origin, code)).status).toBe(200);
  const olx = await fetch(`${origin}/api.olxgroup.com/oauth/v1/token`, { method: "POST" });
  expect((await olx.json()).message).toBe("Invalid API Key - unknown Partner");
});

test("a fault has to be known to a portal of its host", async () => {
  const { control } = await openSimulator();
  const fault = { at: "token", kind: "invalid-api-key" };
  const refused = await control("PUT", "/faults", { ...fault, host: "mls-connect.com" });
  expect(refused.status).toBe(400);
  expect((await refused.json()).error).toContain('token has no fault "invalid-api-key"');
  const host = "api.olxgroup.com";
  expect((await control("PUT", "/faults", { ...fault, host })).status).toBe(200);
});

test("an unknown person cannot be removed, and the error names the portal and the board", async () => {
  const { control } = await openSimulator();
  const sentence = async (body: Record<string, string>) =>
    (await (await control("POST", "/revoke", body)).json()).error;
  expect(await sentence({ person: "Max Unknown" })).toBe("There is no Max Unknown.");
  expect(await sentence({ portal: "olx", person: "Max Unknown" })).toBe(
    "There is no Max Unknown at olx.",
  );
  expect(await sentence({ portal: "olx", board: "storia", person: "Kasia Krótka" })).toBe(
    "There is no Kasia Krótka at olx on the board storia.",
  );
});

test("a code from before a reset is refused, is not counted, and meets no fault", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("POST", "/reset");
  await control("PUT", "/faults", { at: "token", kind: "error-503", times: 1 });
  expect((await exchange(origin, code)).status).toBe(400);
  const { counters } = await (await control("GET", "/requests")).json();
  expect(counters.token ?? 0).toBe(0);
  const another = await visitor().codeFor("Anna Peeters");
  expect((await exchange(origin, another)).status).toBe(503);
});
