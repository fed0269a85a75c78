import "server-only";
import { database } from "@/lib/db/database";
import type { Language } from "@/lib/language/languages.mjs";

/** Keeps the language that a user has chosen. A user who has been removed meanwhile has none. */
export async function setLanguage(user: { id: string }, language: Language): Promise<void> {
  const db = await database();
  await db.user.updateMany({ where: { id: user.id }, data: { language } });
}
