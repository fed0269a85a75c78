import { readFileSync } from "node:fs";
import { languageFrom } from "../../language/accepted.mjs";
import { chosenLanguageIn, languages } from "../../language/languages.mjs";

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
  const language = chosenLanguageIn(cookie) ?? languageFrom(accepted);
  return { language, words: words[language] };
}
