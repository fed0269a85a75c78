import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { languages } from "../lib/language/languages.mjs";

/**
 * Whether every language says everything: the same sentences as English, each with the same placeholders and the same choices,
 * and each plural in all the forms that the language has. A build with anything else fails.
 *
 * @typedef {{ [key: string]: string | Messages }} Messages
 */

const ENGLISH = "en";

/**
 * @param {string} folder where `<language>.json` are
 * @returns {string[]} what is wrong, a sentence each
 */
export function messageErrors(folder) {
  const read = (/** @type {string} */ language) =>
    sentencesIn(JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8")));
  const english = read(ENGLISH);
  return languages.flatMap((language) => differences(language, read(language), english));
}

/**
 * @param {string} language
 * @param {Map<string, string>} sentences
 * @param {Map<string, string>} english
 */
export function differences(language, sentences, english) {
  const missing = [...english.keys()].filter((key) => !sentences.has(key));
  const unknown = [...sentences.keys()].filter((key) => !english.has(key));
  return [
    ...missing.map((key) => `${language}: ${key} is missing.`),
    ...unknown.map((key) => `${language}: ${key} is not in English.`),
    ...[...sentences].flatMap(([key, sentence]) => {
      const original = english.get(key);
      return original === undefined ? [] : differencesIn(language, key, sentence, original);
    }),
  ];
}

/**
 * @param {string} language
 * @param {string} key
 * @param {string} sentence
 * @param {string} original
 */
function differencesIn(language, key, sentence, original) {
  const say = (/** @type {string} */ what) => `${language}: ${key} ${what}`;
  if (sentence.trim() === "") return [say("is empty.")];
  try {
    const [own, wanted] = [partsOf(parse(sentence)), partsOf(parse(original))];
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    return [
      ...[...wanted.names]
        .filter((name) => !own.names.has(name))
        .map((name) => say(`lacks ${name}.`)),
      ...[...own.names]
        .filter((name) => !wanted.names.has(name))
        .map((name) => say(`has ${name}, which English has not.`)),
      ...own.plurals.flatMap((plural) => [
        ...forms
          .filter((form) => !plural.includes(form))
          .map((form) => say(`lacks the plural form ${form}.`)),
        ...plural
          .filter((form) => !form.startsWith("=") && !forms.some((each) => each === form))
          .map((form) => say(`has the plural form ${form}, which the language has not.`)),
      ]),
    ];
  } catch (error) {
    return [say(`cannot be read: ${error instanceof Error ? error.message : error}.`)];
  }
}

/**
 * A select counts with its choices, since the program knows only those.
 * @param {import("@formatjs/icu-messageformat-parser").MessageFormatElement[]} elements
 * @returns {{ names: Set<string>, plurals: string[][] }}
 */
function partsOf(elements) {
  /** @type {{ names: Set<string>, plurals: string[][] }} */
  const parts = { names: new Set(), plurals: [] };
  /** @param {import("@formatjs/icu-messageformat-parser").MessageFormatElement[]} inner */
  const add = (inner) => {
    const { names, plurals } = partsOf(inner);
    for (const name of names) parts.names.add(name);
    parts.plurals.push(...plurals);
  };
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    if (element.type === TYPE.tag) {
      parts.names.add(`<${element.value}>`);
      add(element.children);
      continue;
    }
    parts.names.add(`{${element.value}}`);
    if (element.type !== TYPE.select && element.type !== TYPE.plural) continue;
    const choices = Object.keys(element.options);
    if (element.type === TYPE.plural) parts.plurals.push(choices);
    for (const choice of element.type === TYPE.select ? choices : [])
      parts.names.add(`{${element.value}: ${choice}}`);
    for (const { value } of Object.values(element.options)) add(value);
  }
  return parts;
}

/**
 * @param {Messages} messages
 * @param {string} [under]
 * @returns {Map<string, string>} each sentence by its whole key, `problems.internal.title`
 */
export function sentencesIn(messages, under = "") {
  return new Map(
    Object.entries(messages).flatMap(([name, value]) => {
      const key = under ? `${under}.${name}` : name;
      return typeof value === "string" ? [[key, value]] : [...sentencesIn(value, key)];
    }),
  );
}

/**
 * What a page says that has failed. English is in every page's scripts; the others are loaded by a page that fails.
 * @param {string} folder where `<language>.json` are
 * @returns {Record<string, string>} files of TypeScript by their names
 */
export function failureWords(folder) {
  const about = "/** What a page says that has failed. Generated from messages/<language>.json. */";
  const words = languages.map((language) => {
    const { failure } = JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8"));
    return [language, failure];
  });
  /** @type {(name: string, value: object) => string} */
  const fileOf = (name, value) =>
    [about, `export const ${name} = ${JSON.stringify(value, null, 2)};`, ""].join("\n");
  return {
    "failure-words.ts": fileOf("failureWords", Object.fromEntries(words)),
    "english-failure-words.ts": fileOf("englishFailureWords", Object.fromEntries(words).en),
  };
}

/**
 * What the program may say, for its types: every key with the placeholders of its sentence.
 * @param {string} folder where `en.json` is
 * @returns {string} a file of TypeScript
 */
export function sentenceTypes(folder) {
  const english = sentencesIn(JSON.parse(readFileSync(join(folder, `${ENGLISH}.json`), "utf8")));
  const lines = [...english].map(([key, sentence]) => {
    const names = [...partsOf(parse(sentence)).names].flatMap(
      (name) => /^\{(\w+)\}$/.exec(name)?.[1] ?? [],
    );
    return `  ${JSON.stringify(key)}: ${names.map((name) => JSON.stringify(name)).join(" | ") || "never"};`;
  });
  return [
    "/** Every sentence by its key, with its placeholders. Generated from messages/en.json. */",
    "export type Sentences = {",
    ...lines,
    "};",
    "",
  ].join("\n");
}
