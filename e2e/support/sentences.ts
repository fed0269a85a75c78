import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTranslator } from "next-intl";
import type { Language } from "@/lib/language/languages.mjs";
import type { SentenceKey } from "@/lib/language/translators";
import { root } from "./children";

function messagesIn(language: Language) {
  return JSON.parse(readFileSync(join(root, "messages", `${language}.json`), "utf8"));
}

/** Why a link is as it is: each reason that the pages have a sentence for, and `other`, which no reason is called, for all the rest. */
export function reasonsOf(state: "broken" | "held"): string[] {
  return Object.keys(messagesIn("en").link[state]);
}

/** Says what the pages say in a language: tests that walk through them in that language find buttons and titles by it. */
export function sentencesIn(language: Language) {
  const translator = createTranslator({ locale: language, messages: messagesIn(language) });
  return (key: SentenceKey, values: Record<string, string | number> = {}): string =>
    translator(key, values);
}
