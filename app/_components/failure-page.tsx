"use client";

import { usePathname } from "next/navigation";
import { useEffect, useState, useSyncExternalStore } from "react";
import { englishFailureWords } from "@/lib/language/generated/english-failure-words";
import {
  chosenLanguageIn,
  DEFAULT_LANGUAGE,
  type Language,
  languageOf,
} from "@/lib/language/languages.mjs";
import { button } from "./button";
import { MessagePage } from "./message-page";

type Props = { error: unknown; retry: () => void; words: FailureWords };

/** What remains when a page fails. Of the error only the server's reference is shown. */
export function FailurePage({ error, retry, words }: Props) {
  const isDashboard = usePathname()?.startsWith("/dashboard");
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <MessagePage
      title={isDashboard ? words.dashboardTitle : words.title}
      body={isDashboard ? words.dashboardBody : words.body}
      next={digest ? words.nextWithReference : words.next}
      reference={digest && words.reference.replace("{reference}", digest)}
      home={words.home}
    >
      {/* biome-ignore lint/a11y/useValidAnchor: it is a link, to this same address: without scripts it loads the page anew */}
      <a
        href=""
        onClick={(event) => {
          event.preventDefault();
          retry();
        }}
        className={button.primary}
      >
        {words.again}
      </a>
    </MessagePage>
  );
}

export type FailureWords = typeof englishFailureWords;

const english = { language: DEFAULT_LANGUAGE as Language, words: englishFailureWords };

const never = () => () => {};

/**
 * What the page says, and in which language. Every page would carry the sentences of six languages for the one that fails, so
 * they are loaded then. Until they are there, or where that fails too, it is said in English. The server renders no page that
 * has failed but the last resort, which is made before anyone asks for it.
 */
export function useFailureWords(): { language: Language; words: FailureWords } {
  const language = useSyncExternalStore(never, languageHere, () => DEFAULT_LANGUAGE);
  const [said, setSaid] = useState(english);
  useEffect(() => {
    if (language === DEFAULT_LANGUAGE) return;
    import("@/lib/language/generated/failure-words").then(
      ({ failureWords }) => setSaid({ language, words: failureWords[language] }),
      () => {}, // English stays
    );
  }, [language]);
  return said;
}

/** What the person has chosen, or what their browser asks for, without asking the server. */
function languageHere(): Language {
  const wanted = [document.documentElement.lang, ...navigator.languages].map(languageOf);
  return (
    chosenLanguageIn(document.cookie) ??
    wanted.find((language) => language !== null) ??
    DEFAULT_LANGUAGE
  );
}
