"use server";

import { redirect } from "next/navigation";
import { connectHere, goBackHere } from "@/lib/auth/pages/connect-session";
import { fieldsOf } from "@/lib/auth/pages/form";

/** Sends the browser to the portal that the form names. */
export async function connectPortal(form: FormData) {
  const { secret = "", connection = "" } = fieldsOf(form);
  redirect(await connectHere(secret, connection));
}

/** Sends the browser back to the client that it came from. */
export async function returnToClient(form: FormData) {
  redirect(await goBackHere(fieldsOf(form).secret ?? ""));
}
