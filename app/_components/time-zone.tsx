"use client";

import { useEffect } from "react";
import { TIME_ZONE_COOKIE } from "./viewer";

const YEAR_S = 365 * 24 * 60 * 60;

/** Tells the server which time zone this person lives in, from the next page on. */
export function TimeZone() {
  useEffect(() => {
    const timeZone = browserTimeZone();
    if (!timeZone) return;
    const entry = `${TIME_ZONE_COOKIE}=${encodeURIComponent(timeZone)}`;
    if (document.cookie.split("; ").includes(entry)) return;
    const secure = window.location.protocol === "https:" ? "; Secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
    document.cookie = `${entry}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  }, []);

  return null;
}

/** The time zone of the browser that runs this; null where it does not say. */
export function browserTimeZone(): string | null {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;
}
