"use client";

import { FailurePage, useFailureWords } from "./_components/failure-page";
import "./globals.css";

/** When the layout itself has failed. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const { language, words } = useFailureWords();
  return (
    <html lang={language}>
      <body className="bg-canvas font-sans text-ink antialiased">
        <title>{words.title}</title>
        <FailurePage error={error} retry={retry} words={words} />
      </body>
    </html>
  );
}
