"use client";

import { failure, notice } from "@/messages/en";
import { button } from "./button";
import { MessagePage } from "./message-page";

type Props = { error: unknown; retry: () => void; title?: string; body?: string };

/** What remains when a page fails. Of the error only the server's reference is shown. */
export function FailurePage({ error, retry, title = failure.title, body = failure.body }: Props) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <MessagePage
      title={title}
      body={body}
      next={digest ? failure.nextWithReference : failure.next}
      reference={digest && notice.reference(digest)}
      home={failure.home}
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
        {failure.again}
      </a>
    </MessagePage>
  );
}
