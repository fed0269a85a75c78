/**
 * The languages of the pages. The server's edge, which Next knows nothing of, and scripts in the browser read this file too.
 * @typedef {"en" | "fr" | "de" | "pl" | "pt" | "ro"} Language
 */

/** Every language with its own name for itself, in the order of the switch. */
export const ownNames = /** @type {const} */ ({
  en: "English",
  fr: "Français",
  de: "Deutsch",
  pl: "Polski",
  pt: "Português",
  ro: "Română",
});

export const languages = /** @type {Language[]} */ (Object.keys(ownNames));

/** Where no language that we have is asked for. @type {Language} */
export const DEFAULT_LANGUAGE = "en";

/** Holds the language that a person has chosen in this browser. */
export const LANGUAGE_COOKIE = "portico.language";

/**
 * @param {unknown} tag such as "pl" or "pl-PL" (RFC 5646); of anything else there is no language
 * @returns {Language | null}
 */
export function languageOf(tag) {
  if (typeof tag !== "string") return null;
  const [first = ""] = tag.toLowerCase().split("-");
  return languages.find((language) => language === first) ?? null;
}

/**
 * The language that a person has chosen, where cookies can be read only as the text that they are sent in.
 * @param {string} cookies "a=b; c=d"
 * @returns {Language | null}
 */
export function chosenLanguageIn(cookies) {
  const named = `${LANGUAGE_COOKIE}=`;
  const chosen = cookies.split("; ").find((each) => each.startsWith(named));
  return languageOf(chosen?.slice(named.length));
}
