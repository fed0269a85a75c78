import { expect, test } from "vitest";
import { errorName, harmless } from "./harmless";

test("a portal's words are one short line", () => {
  expect(harmless("one\r\ntwo\u0000\u202ethree")).toBe("one  two  three");
  expect(harmless("a word ".repeat(100))).toHaveLength(200);
  expect(harmless(["a"])).toBeNull();
});

test("what could be a code, a token or a key is taken out", () => {
  expect(harmless("x".repeat(500))).toBe("…");
  expect(harmless("The verifier T8dxpr of code 40 is wrong")).toBe(
    "The verifier … of code 40 is wrong",
  );
});

test.each(["s3", "pass", "T8dxpr", "geheim", "a+b/c=d", "secretsecretsecret"])(
  "what the question held is taken out, however short: %s",
  (secret) => {
    const said = harmless(`Not accepted: "${secret}", (${secret})`, [secret]) ?? "";
    expect(said).not.toContain(secret);
    expect(said).toMatch(/^Not accepted/);
  },
);

test("a short secret leaves the words alone that it is a part of", () => {
  expect(harmless("The passport of pass is over", ["pass"])).toBe("The passport of … is over");
});

test("an error code is none that repeats a secret", () => {
  expect(errorName("invalid_grant", ["T8dxpr"])).toBe("invalid_grant");
  expect(errorName("T8dxpr", ["T8dxpr"])).toBeNull();
  expect(errorName("code.T8dxpr", ["T8dxpr"])).toBeNull();
  expect(errorName("two words")).toBeNull();
});

test.each(["a", "a1", " ", "authorization code ", "x=", "\u202e", "<a"])(
  "200 kB of %j take no time",
  (piece) => {
    const words = piece.repeat(200_000 / piece.length);
    const began = performance.now();
    harmless(words, ["secret", "abc"]);
    expect(performance.now() - began).toBeLessThan(100);
  },
);
