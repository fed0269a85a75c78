import { expect, test } from "vitest";
import { Vault, VaultError } from "./vault";

const key = (kid: string) => ({ kid, key: new Uint8Array(32).fill(kid.charCodeAt(1)) });
const place = { accountId: "a1", column: "access_token" } as const;

test("a sealed token opens where it belongs and shows nothing of itself", async () => {
  const vault = new Vault([key("k1")]);
  const sealed = await vault.seal("secret-token", place);
  expect(sealed).not.toContain("secret-token");
  expect(await vault.open(sealed, place)).toBe("secret-token");
});

test("a ciphertext moved to another row or column does not open", async () => {
  const vault = new Vault([key("k1")]);
  const sealed = await vault.seal("secret-token", place);
  await expect(vault.open(sealed, { ...place, accountId: "a2" })).rejects.toThrow(VaultError);
  await expect(vault.open(sealed, { ...place, column: "refresh_token" })).rejects.toThrow(
    VaultError,
  );
});

test("the first key encrypts and all decrypt", async () => {
  const before = await new Vault([key("k1")]).seal("secret-token", place);
  const vault = new Vault([key("k2"), key("k1")]);
  expect(await vault.open(before, place)).toBe("secret-token");
  const after = await vault.seal("secret-token", place);
  expect(JSON.parse(Buffer.from(after.split(".")[0] ?? "", "base64url").toString()).kid).toBe("k2");
});

test("a missing key, another key and a changed text are errors, never plaintext", async () => {
  const sealed = await new Vault([key("k1")]).seal("secret-token", place);
  await expect(new Vault([key("k2")]).open(sealed, place)).rejects.toThrow('no key "k1"');
  await expect(new Vault([{ ...key("k2"), kid: "k1" }]).open(sealed, place)).rejects.toThrow(
    VaultError,
  );
  await expect(new Vault([key("k1")]).open(`${sealed.slice(0, -2)}AA`, place)).rejects.toThrow(
    VaultError,
  );
  await expect(new Vault([key("k1")]).open("secret-token", place)).rejects.toThrow(VaultError);
});
