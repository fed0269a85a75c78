import { expect, test } from "vitest";
import { z } from "zod";
import { seal, unseal } from "./sealed";

const Note = z.object({ text: z.string() });
const inAnHour = () => new Date(Date.now() + 60 * 60 * 1000);

test("what was sealed opens for the same purpose, and shows nothing of itself", async () => {
  const sealed = await seal("flow", { text: "secret" }, inAnHour());
  expect(Buffer.from(sealed.split(".")[3] ?? "", "base64url").toString()).not.toContain("secret");
  expect(await unseal("flow", sealed, Note)).toEqual({ text: "secret" });
});

test("what was sealed for one purpose opens for no other", async () => {
  const sealed = await seal("flow", { text: "secret" }, inAnHour());
  expect(await unseal("outcome", sealed, Note)).toBeNull();
});

test("what was sealed with another's secret opens with that alone", async () => {
  const sealed = await seal("outcome", { text: "secret" }, inAnHour(), "state");
  expect(await unseal("outcome", sealed, Note)).toBeNull();
  expect(await unseal("outcome", sealed, Note, { secret: "other" })).toBeNull();
  expect(await unseal("outcome", sealed, Note, { secret: "state" })).toEqual({ text: "secret" });
});

test("what has expired, was changed, is no seal or has another shape is nothing", async () => {
  const sealed = await seal("flow", { text: "secret" }, inAnHour());
  const expired = await seal("flow", { text: "secret" }, new Date(Date.now() - 1000));
  for (const each of [expired, `${sealed.slice(0, -4)}AAAA`, "", "secret", "a.b.c.d.e"]) {
    expect(await unseal("flow", each, Note)).toBeNull();
  }
  expect(await unseal("flow", sealed, z.object({ other: z.string() }))).toBeNull();
});
