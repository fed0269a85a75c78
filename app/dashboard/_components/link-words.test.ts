import { expect, test } from "vitest";
import { aLink, aViewer } from "../../testing";
import { stateWords, whoIsIt } from "./link-words";

const now = new Date("2026-11-22T13:05:00Z");

const reasons = {
  broken: [
    "invalid_grant",
    "invalid_token",
    "expired_token",
    "answer_lost",
    "refused_for_long",
    "other_client",
    "invalid_client",
    "unverified",
    "access_denied",
    "refused",
    "clock_skewed",
    "sunspots",
  ],
  stale: ["refused_for_now", "clock_skewed", "rate_limited", "timed_out", "redirected", "failing"],
} as const;

test.each(["broken", "stale"] as const)(
  "every reason for %s is told in a sentence of its own",
  (state) => {
    const sentences = reasons[state].map((reason) => {
      const link = aLink({ status: { state, reason, checkedAt: now } });
      return stateWords(link, now, aViewer()).sentence ?? "";
    });
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  },
);

test("what is known of a link tells it from others, its user's own name first", () => {
  const member = { name: "Anna", email: "anna@example.com", agency: "Immo", listings: 1 };
  const words = (changes: object, position = null as { position: number; all: number } | null) =>
    whoIsIt(aLink(changes), position, aViewer());
  expect(words({ member, label: "Warsaw office" })).toEqual([
    "Warsaw office",
    "Anna",
    "Immo",
    "1 listing",
  ]);
  expect(words({ identified: true })).toEqual(["Lisboa gave no name"]);
  expect(words({ identified: false })).toEqual([]);
  expect(words({ identified: false }, { position: 2, all: 3 })).toEqual(["Login 2 of 3"]);
  expect(words({ member }, { position: 2, all: 3 })).toEqual([
    "Anna",
    "Login 2 of 3",
    "Immo",
    "1 listing",
  ]);
});

test("consent that ends soon is told by its day, and what has ended by that", () => {
  const word = (day: string) =>
    stateWords(aLink({ consentBy: new Date(day) }), now, aViewer()).word;
  expect(word("2026-11-30T09:00:00Z")).toBe("Will need your consent by 30 November");
  expect(word("2026-11-20T09:00:00Z")).toBe("Your consent ended on 20 November");
  expect(word("2027-03-03T09:00:00Z")).toBe("Works");
});
