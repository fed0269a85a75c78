"use server";

import { redirect } from "next/navigation";
import { connectionFrom } from "@/lib/auth/form";
import { bareProblem, pathWith } from "@/lib/auth/problems";
import { startFlow } from "@/lib/auth/start";

/** Sends the browser to the portal that the form names. */
export async function signInWith(form: FormData) {
  const connection = connectionFrom(form, "signin");
  if (!connection) redirect(pathWith("/sign-in", bareProblem("not_offered")));
  redirect(await startFlow(connection, "signin", "/dashboard"));
}
