import { createTranslator } from "next-intl";
import type { ReactNode } from "react";
import { settings } from "@/lib/env";
import { BoundedMap } from "@/lib/process/bounded-map";
import de from "@/messages/de.json";
import en from "@/messages/en.json";
import fr from "@/messages/fr.json";
import pl from "@/messages/pl.json";
import pt from "@/messages/pt.json";
import ro from "@/messages/ro.json";
import type { Sentences } from "./generated/sentences";
import type { Language } from "./languages.mjs";
import { pseudo } from "./pseudo";

const messages = { en, fr, de, pl, pt, ro } satisfies Record<Language, object>;

export type SentenceKey = keyof Sentences;

/** What the placeholders of a sentence stand for. For one of several sentences: of all of them. */
type Values<Key extends SentenceKey, Value> = [Sentences[Key]] extends [never]
  ? []
  : [values: Record<Sentences[Key], Value>];

type RichValue = string | number | ((inside: ReactNode) => ReactNode);

/**
 * Says a sentence of `messages/<language>.json` by its key, `dashboard.title`. A key that is none, or a placeholder that is left
 * out, is an error of types: they are made from the English sentences.
 */
export type Translator = {
  <Key extends SentenceKey>(key: Key, ...values: Values<Key, string | number>): string;
  /** The same for a sentence with a placeholder or a tag that is more than text. */
  rich<Key extends SentenceKey>(
    key: Key,
    values: Record<Sentences[Key], RichValue> & Record<string, RichValue>,
  ): ReactNode;
};

const kept = new Map<Language, Translator>();

/** A language's translator. It is kept, and with it each sentence that it has read: reading takes longer than saying. */
export function translatorOf(language: Language): Translator {
  const known = kept.get(language);
  if (known) return known;
  const translator = keeping(
    createTranslator({ locale: language, messages: messages[language] }) as unknown as Translator,
  );
  const spoken = settings().pseudoLocale ? pseudo(translator) : translator;
  kept.set(language, spoken);
  return spoken;
}

/** So many sentences are kept with what their placeholders stood for. */
const MOST_SAID = 2_000;

/** A list of links says a few sentences hundreds of times, with few different words in them: saying one anew takes longer than finding it. */
function keeping(translator: Translator): Translator {
  const said = new BoundedMap<string>(MOST_SAID);
  const say = translator as (key: SentenceKey, values?: object) => string;
  const keep = (key: SentenceKey, values?: object) => {
    const name = values ? JSON.stringify([key, values]) : key;
    const known = said.get(name);
    if (known !== undefined) return known;
    const sentence = say(key, values);
    said.set(name, sentence);
    return sentence;
  };
  return Object.assign(keep, { rich: translator.rich }) as Translator;
}
