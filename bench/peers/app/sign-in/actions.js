"use server";

import { signIn } from "../../auth-js.mjs";

export async function signInWith(form) {
  await signIn(form.get("connection"), { redirectTo: "/dashboard" });
}
