"use server";

import { redirect } from "next/navigation";
import { connectionFrom } from "@/lib/auth/form";
import { bareProblem, pathWith } from "@/lib/auth/problems";
import { signOut } from "@/lib/auth/sign-out";
import { startFlow } from "@/lib/auth/start";

/** Sends the browser to the portal that the form names, to link it to whoever is signed in. */
export async function linkPortal(form: FormData) {
  const connection = connectionFrom(form, "link");
  if (!connection) redirect(pathWith("/dashboard", bareProblem("not_offered")));
  redirect(await startFlow(connection, "link", "/dashboard"));
}

/** Ends the session here; the portals' own sessions go on. */
export async function signOutHere() {
  await signOut();
  redirect(pathWith("/sign-in", { kind: "success", success: "signed_out", connection: null }));
}
