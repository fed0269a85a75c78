import { redirect } from "next/navigation";
import { chooseLanguage } from "@/lib/auth/pages/language";

/** Where the language switch of every page leads: back to that page, in another language. */
export async function POST(request: Request): Promise<Response> {
  redirect(await chooseLanguage(await request.formData().catch(() => null)));
}
