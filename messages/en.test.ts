import { expect, test } from "vitest";
import { problems as codes } from "@/lib/auth/problems";
import * as en from "./en";

const named = { portal: "Casa", connection: "Casa Lisboa", product: "Portico" };
const unnamed = { portal: en.unnamed, connection: en.unnamed, product: "Portico" };

const parts = ["title", "body", "next"] as const;

test.each(parts)("every problem has a %s of its own", (part) => {
  for (const names of [named, unnamed]) {
    const sentences = codes.map((code) => en.problems[code](names)[part]);
    expect(new Set(sentences).size).toBe(codes.length);
  }
});

test("every success has a sentence of its own", () => {
  const sentences = Object.values(en.successes).flatMap((sentence) =>
    Object.values(sentence(named)),
  );
  expect(new Set(sentences).size).toBe(sentences.length);
});

test("no sentence about a portal begins with a small letter, is empty or ends without a stop", () => {
  for (const names of [named, unnamed]) {
    for (const code of codes) {
      const { title, body, next } = en.problems[code](names);
      for (const text of [title, body, next]) expect(text).toMatch(/^[A-Z]/);
      for (const text of [body, next]) expect(text).toMatch(/\.$/);
    }
  }
});

test("nothing is said in a developer's words", () => {
  const jargon =
    /\b(tokens?|oauth|openid|callback|https?|json|html|null|undefined|api|redirect|flow|session|state|server|database|client)\b/i;
  for (const text of everything()) {
    expect(text.trim()).not.toBe("");
    expect(text).not.toMatch(jargon);
  }
});

test("declining at the portal is told calmly", () => {
  const { title, body, next } = en.problems.access_denied(named);
  expect(`${title} ${body} ${next}`).not.toMatch(/error|failed|wrong|problem|sorry/i);
});

test("a broken link with a reason nobody foresaw still gets a sentence", () => {
  expect(en.needsYou("sunspots", named)).toMatch(/\.$/);
});

function everything() {
  const ofProblems = codes.flatMap((code) => Object.values(en.problems[code](named)));
  const ofSuccesses = Object.values(en.successes).flatMap((sentence) =>
    Object.values(sentence(named)),
  );
  const labels = [
    en.site,
    en.home,
    en.signIn,
    en.choice,
    en.notice,
    en.dashboard,
    en.card,
    en.failure,
    en.notFound,
  ];
  const plain = labels
    .flatMap((group) => Object.values(group))
    .filter((text) => typeof text === "string");
  return [...ofProblems, ...ofSuccesses, ...plain];
}
