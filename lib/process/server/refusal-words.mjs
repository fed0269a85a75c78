import { readFileSync } from "node:fs";
import { languageFrom } from "../../language/accepted.mjs";
import { LANGUAGE_COOKIE, languageOf, languages } from "../../language/languages.mjs";

/** What the edge says to a person, in every language: Next, which knows the others, is not asked. */
const words = Object.fromEntries(
  languages.map((language) => {
    const file = new URL(`../../../messages/${language}.json`, import.meta.url);
    return [language, JSON.parse(readFileSync(file, "utf8")).refusals];
  }),
);

/**
 * In the language that the person has chosen, or else that their browser asks for.
 * @param {import("node:http").IncomingHttpHeaders} headers
 */
export function refusalWords({ cookie = "", "accept-language": accepted }) {
  const chosen = new RegExp(`(?:^|; )${LANGUAGE_COOKIE}=([^;]*)`).exec(cookie)?.[1];
  const language = languageOf(chosen) ?? languageFrom(accepted);
  return { language, words: words[language] };
}
