import { createElement, Fragment, type ReactNode } from "react";
import type { Translator } from "./translators";

/** How much longer than English a sentence of another language is at most, for all but the shortest words. */
const LONGER = 0.4;

const FILLER = "ŵööŕďš ";

/**
 * A language that no one speaks: English, longer, and in brackets. A page that is shown in it tells what was not translated, and what
 * has no room for more.
 */
export function pseudo(translator: Translator): Translator {
  const say = translator as (key: string, values?: object) => string;
  const rich = translator.rich as (key: string, values: object) => ReactNode;
  return Object.assign((key: string, values?: object) => bracketed(say(key, values)), {
    rich: (key: string, values: object) =>
      createElement(Fragment, null, "⟦", rich(key, values), filler(20), "⟧"),
  }) as Translator;
}

function bracketed(sentence: string) {
  return `⟦${sentence}${filler(sentence.length)}⟧`;
}

function filler(length: number) {
  const more = Math.ceil(length * LONGER);
  return ` ${FILLER.repeat(Math.ceil(more / FILLER.length))}`.slice(0, more + 1).trimEnd();
}
