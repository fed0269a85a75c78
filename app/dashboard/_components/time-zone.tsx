"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { TIME_ZONE_COOKIE } from "../../_components/viewer";

const YEAR_S = 365 * 24 * 60 * 60;

/** Tells the server which time zone this person lives in, and has the page written again when that is news. */
export function TimeZone() {
  const router = useRouter();

  useEffect(() => {
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const entry = `${TIME_ZONE_COOKIE}=${encodeURIComponent(timeZone)}`;
    const known = () => document.cookie.split("; ").includes(entry);
    if (!timeZone || known()) return;
    const secure = window.location.protocol === "https:" ? "; Secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
    document.cookie = `${entry}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
    if (known()) router.refresh(); // where cookies are refused it would never end
  }, [router]);

  return null;
}
