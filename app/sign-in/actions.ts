"use server";

import { redirect } from "next/navigation";
import { bareProblem, pathWith } from "@/lib/auth/flow/problems";
import { connectIn, dashboardFor, signInPathFor } from "@/lib/auth/flow/return-path";
import { connectionFrom, fieldsOf, whyNone } from "@/lib/auth/pages/form";
import { startFlow } from "@/lib/auth/trip/start";

/** Sends the browser to the portal that the form names. */
export async function signInWith(form: FormData) {
  const connection = connectionFrom(form, "signin");
  const connect = connectIn(fieldsOf(form));
  if (!connection) redirect(pathWith(signInPathFor(connect), bareProblem(whyNone(form))));
  redirect(await startFlow(connection, "signin", dashboardFor(connect)));
}
