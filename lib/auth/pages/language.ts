import "server-only";
import { cookies, headers } from "next/headers";
import { sessionAt } from "@/lib/accounts/connect/sessions";
import { setLanguage } from "@/lib/accounts/people/language";
import { settings } from "@/lib/env";
import { languageFrom } from "@/lib/language/accepted.mjs";
import { LANGUAGE_COOKIE, type Language, languageOf } from "@/lib/language/languages.mjs";
import { connectSecretIn } from "@/lib/process/server/connect-cookie.mjs";
import { PAGE_HEADER } from "@/lib/process/server/page-header.mjs";
import { currentUserIfKnown } from "../session/current-user";
import { ownCookie } from "../session/session";
import { fieldsOf } from "./form";

/** In which language a page is shown, and how a person chooses another. */

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** What the person has chosen; else what the client says in whose session they are here; else what their browser asks for. */
export async function currentLanguage(): Promise<Language> {
  const asked = await headers();
  return (
    languageOf((await currentUserIfKnown())?.language) ??
    languageOf((await cookies()).get(LANGUAGE_COOKIE)?.value) ??
    (await languageOfSession(asked.get(PAGE_HEADER))) ??
    languageFrom(asked.get("accept-language"))
  );
}

/** The language of the connect session whose page this is; null for any other page, and while the database does not answer. */
async function languageOfSession(page: string | null): Promise<Language | null> {
  const secret = connectSecretIn(page ?? "");
  if (secret === null) return null;
  const session = await sessionAt(secret).catch(() => null);
  return languageOf(session?.language);
}

/**
 * Keeps the language that a form names, in the browser and with the user who is signed in.
 * @returns the page on which the form was, to be shown again
 */
export async function chooseLanguage(form: unknown): Promise<string> {
  const language = languageOf(fieldsOf(form).language);
  if (language) {
    const user = await currentUserIfKnown();
    if (user) await setLanguage(user, language);
    const kept = { name: LANGUAGE_COOKIE, value: language, maxAge: ONE_YEAR_SECONDS };
    (await cookies()).set({ ...kept, ...ownCookie(), httpOnly: false }); // the page of a failure reads it
  }
  return pageBefore((await headers()).get("referer"));
}

/** The page of ours that a request came from; the start page where it is none. */
function pageBefore(referer: string | null): string {
  if (!referer || !URL.canParse(referer)) return "/";
  const { origin, pathname, search } = new URL(referer);
  if (origin !== settings().origin) return "/";
  return `${pathname.replace(/^\/+/, "/")}${search}`; // two slashes would begin the name of a host
}
