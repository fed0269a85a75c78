import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTranslator } from "next-intl";
import type { Language } from "@/lib/language/languages.mjs";
import type { SentenceKey } from "@/lib/language/translators";
import { root } from "./children";

/** Says what the pages say in a language: tests that walk through them in that language find buttons and titles by it. */
export function sentencesIn(language: Language) {
  const file = join(root, "messages", `${language}.json`);
  const messages = JSON.parse(readFileSync(file, "utf8"));
  const translator = createTranslator({ locale: language, messages });
  return (key: SentenceKey, values: Record<string, string | number> = {}): string =>
    translator(key, values);
}
