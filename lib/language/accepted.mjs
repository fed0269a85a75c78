import Negotiator from "negotiator";
import { DEFAULT_LANGUAGE, languageOf } from "./languages.mjs";

/** @typedef {import("./languages.mjs").Language} Language */

/** How dates look where a browser does not say in which country it is. */
const regions = { en: "GB", fr: "FR", de: "DE", pl: "PL", pt: "PT", ro: "RO" };

/** More than any browser sends: who sends more asks for nothing. */
const LONGEST = 1_000;

/**
 * What a browser asks for, the most wanted first.
 * @param {string | null | undefined} acceptLanguage as RFC 9110 section 12.5.4 writes it
 * @returns {string[]} language tags; "*" is none
 */
function accepted(acceptLanguage) {
  if (!acceptLanguage || acceptLanguage.length > LONGEST) return [];
  return new Negotiator({ headers: { "accept-language": acceptLanguage } }).languages();
}

/**
 * The first language that a browser asks for and that there is.
 * @param {string | null | undefined} acceptLanguage
 * @returns {Language}
 */
export function languageFrom(acceptLanguage) {
  const known = accepted(acceptLanguage).map(languageOf);
  return known.find((language) => language !== null) ?? DEFAULT_LANGUAGE;
}

/**
 * How the readers of a language write dates and numbers: as in the country that their browser names, if it names one.
 * @param {Language} language
 * @param {string | null | undefined} acceptLanguage
 * @returns {string} "fr-BE"
 */
export function localeOf(language, acceptLanguage) {
  const regional = new RegExp(`^${language}-[a-z]{2}$`, "i");
  const [own] = accepted(acceptLanguage)
    .filter((tag) => regional.test(tag))
    .flatMap((tag) => Intl.DateTimeFormat.supportedLocalesOf(tag));
  return own ?? `${language}-${regions[language]}`;
}
