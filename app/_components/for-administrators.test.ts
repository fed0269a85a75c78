import { expect, test } from "vitest";
import type { SentenceKey } from "@/lib/language/translators";
import en from "@/messages/en.json";
import { sentencesIn } from "@/scripts/messages.mjs";
import { isForAdministrators } from "./for-administrators";

test("people are led to their administrator where a sentence names that person, and nowhere else", () => {
  for (const [key, sentence] of sentencesIn(en)) {
    if (key.startsWith("failure.") || key === "site.tellAdministrator") continue; // the one asks nothing of the server
    expect(isForAdministrators(key as SentenceKey), key).toBe(/administrator/i.test(sentence));
  }
});
