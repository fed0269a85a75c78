"use client";

import { failure } from "@/messages/en";
import { FailurePage } from "./_components/failure-page";
import "./globals.css";

/** When the layout itself has failed. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="bg-canvas font-sans text-ink antialiased">
        <title>{failure.title}</title>
        <FailurePage error={error} retry={retry} />
      </body>
    </html>
  );
}
