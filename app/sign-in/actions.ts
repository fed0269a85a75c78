"use server";

import { redirect } from "next/navigation";
import { connectionFrom, fieldsOf } from "@/lib/auth/form";
import { bareProblem, pathWith } from "@/lib/auth/problems";
import { connectIn, dashboardFor, doorFor } from "@/lib/auth/return-path";
import { startFlow } from "@/lib/auth/start";

/** Sends the browser to the portal that the form names. */
export async function signInWith(form: FormData) {
  const connection = connectionFrom(form, "signin");
  const connect = connectIn(fieldsOf(form));
  if (!connection) redirect(pathWith(doorFor(connect), bareProblem("not_offered")));
  redirect(await startFlow(connection, "signin", dashboardFor(connect)));
}
