"use client";

import { type ReactNode, useEffect, useRef } from "react";

type Props = {
  role: "alert" | "status";
  labelledBy: string;
  className: string;
  children: ReactNode;
};

/** Takes the focus when it appears, so that it is the first thing read out; without scripts by `autofocus` alone. */
export function Announcement({ role, labelledBy, className, children }: Props) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);

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
