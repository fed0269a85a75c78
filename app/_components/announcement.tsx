"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { useSentByServer } from "./use-sent-by-server";

type Props = {
  role: "alert" | "status";
  labelledBy: string;
  className: string;
  children: ReactNode;
};

/**
 * Takes the focus when it appears, so that it is the first thing read out. On a page from the server `autofocus` has done
 * that; where the person is elsewhere on the page by the time scripts run, the focus stays there.
 */
export function Announcement({ role, labelledBy, className, children }: Props) {
  const section = useRef<HTMLElement>(null);
  const sentByServer = useSentByServer();
  useEffect(() => {
    if (sentByServer && document.activeElement !== document.body) return;
    section.current?.focus({ preventScroll: sentByServer });
  }, [sentByServer]);

  return (
    <section
      ref={section}
      role={role}
      aria-labelledby={labelledBy}
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: a user who comes back from a portal is here for this sentence
      autoFocus
      className={className}
    >
      {children}
    </section>
  );
}
