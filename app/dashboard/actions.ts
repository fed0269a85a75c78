"use server";

import { redirect } from "next/navigation";
import { bareProblem, pathWith } from "@/lib/auth/flow/problems";
import {
  clientFrom,
  connectionFrom,
  expectedFrom,
  fieldsOf,
  linkFrom,
  nameFrom,
  pageFrom,
  referenceFrom,
  whyNone,
} from "@/lib/auth/pages/form";
import {
  checkHere,
  deleteAccountHere,
  endGrantHere,
  leaveElsewhere,
  leaveHere,
  leaveThereToo,
  linkMemberToo,
  moveLinkHere,
  nameLinkHere,
  unlinkHere,
} from "@/lib/auth/pages/link-changes";
import { requireSessionToAct } from "@/lib/auth/session/current-user";
import { linkWithPassword, linkWithTokens } from "@/lib/auth/trip/direct-link";
import { startFlow } from "@/lib/auth/trip/start";

/** Sends the browser to the portal that the form names, to link it to the signed-in user. */
export async function linkPortal(form: FormData) {
  const connection = connectionFrom(form, "link");
  if (!connection) redirect(pathWith("/dashboard", bareProblem(whyNone(form))));
  redirect(await startFlow(connection, "link", "/dashboard", expectedFrom(form)));
}

/** Links with the name and password that the form holds. */
export async function linkByPassword(form: FormData) {
  const [session, connection] = [await sessionOrSignIn(), connectionFrom(form, "link")];
  if (!connection) redirect(pathWith("/dashboard", bareProblem(whyNone(form))));
  redirect(await linkWithPassword({ session, connection, fields: fieldsOf(form) }));
}

/** Links with the tokens that the form holds. */
export async function linkByTokens(form: FormData) {
  const [session, connection] = [await sessionOrSignIn(), connectionFrom(form, "link")];
  if (!connection) redirect(pathWith("/dashboard", bareProblem(whyNone(form))));
  redirect(await linkWithTokens({ session, connection, fields: fieldsOf(form) }));
}

/** Removes the link that the form names. */
export async function unlinkPortal(form: FormData) {
  redirect(await unlinkHere(await sessionOrSignIn(), linkFrom(form)));
}

/** Gives the link that the form names the name that it holds. */
export async function nameLink(form: FormData) {
  redirect(await nameLinkHere(await sessionOrSignIn(), linkFrom(form), nameFrom(form)));
}

/** Ends the use of a link by a system of others; the form names both. */
export async function endGrant(form: FormData) {
  redirect(await endGrantHere(await sessionOrSignIn(), linkFrom(form), clientFrom(form)));
}

/** Yes to the question whether a link shall move here. */
export async function moveLink(form: FormData) {
  redirect(await moveLinkHere(await sessionOrSignIn(), referenceFrom(form)));
}

/** Yes to the question whether another member shall be linked as well. */
export async function linkAsWell(form: FormData) {
  redirect(await linkMemberToo(await sessionOrSignIn(), referenceFrom(form)));
}

/** Removes the signed-in user, with all their links. */
export async function deleteMyAccount() {
  redirect(await deleteAccountHere(await sessionOrSignIn()));
}

/** Asks the portal of the link that the form names whether it works, or the portals of all links when it names none. */
export async function checkLinks(form: FormData) {
  redirect(await checkHere(await sessionOrSignIn(), linkFrom(form) || null, pageFrom(form)));
}

/** Ends the session here, and leaves for the portal to end the one there. */
export async function signOutThere() {
  redirect(await leaveThereToo());
}

/** Ends the sessions in all other browsers. */
export async function signOutElsewhere() {
  redirect(await leaveElsewhere(await sessionOrSignIn()));
}

/** Ends the session here; the portals' own sessions go on. */
export async function signOutHere() {
  redirect(await leaveHere());
}

function sessionOrSignIn() {
  return requireSessionToAct(pathWith("/sign-in", bareProblem("sign_in_first")));
}
