import "server-only";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { currentLanguage } from "@/lib/auth/pages/language";
import { localeOf } from "@/lib/language/accepted.mjs";
import { translatorOf } from "@/lib/language/translators";
import { TIME_ZONE_COOKIE, timeZoneFrom, type Viewer } from "./viewer";

/** The person to whom this request's page is shown. Asked once a request. */
export const currentViewer = cache(async (): Promise<Viewer> => {
  const language = await currentLanguage();
  return {
    language,
    t: translatorOf(language),
    locale: localeOf(language, (await headers()).get("accept-language")),
    timeZone: timeZoneFrom((await cookies()).get(TIME_ZONE_COOKIE)?.value),
  };
});
