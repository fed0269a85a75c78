import "server-only";
import { checkLinksOf } from "@/lib/accounts/checks/check";
import { moveLink } from "@/lib/accounts/linking/move-link";
import { closeQuestion, openQuestion } from "@/lib/accounts/linking/question";
import { takeGrantBack } from "@/lib/accounts/links/grants";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { nameLink } from "@/lib/accounts/links/name-link";
import { deleteAccount, type Unlinked, unlink } from "@/lib/accounts/links/unlink";
import { retryDue, revokeSoon } from "@/lib/accounts/revocation/revocations";
import { findConnection } from "@/lib/conversation/configuration";
import { canRevoke } from "@/lib/conversation/revocability";
import { database } from "@/lib/db/database";
import { afterAnswer } from "@/lib/process/after-answer";
import { waitAtMost } from "@/lib/process/background";
import { traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { type Failure, reportFailure } from "../flow/failure";
import { bareProblem, pathWith, type Success } from "../flow/problems";
import { endOtherSessions } from "../session/other-sessions";
import type { LiveSession } from "../session/session";
import { signOut } from "../session/sign-out";
import { countByHand } from "../trip/by-hand";
import { signOutThereToo } from "../trip/single-logout";
import { startFlow } from "../trip/start";

/** How long a page waits for its links' portals. */
const PATIENCE_MS = 10_000;

/** What a signed-in user can do without a portal. Each resolves to the page it ends on. */

export async function unlinkHere(session: LiveSession, link: string): Promise<string> {
  const reference = newReference();
  return orUnavailable({ reference }, async () => {
    const unlinked = await unlink(session.user, link, reference);
    switch (unlinked.kind) {
      case "unlinked":
        await revokeSoon([unlinked.revocation]);
        afterAnswer(retryDue);
        return success(unlinkedAs(unlinked), unlinked.connection);
      case "last_way_in":
        return problem(
          { problem: "last_way_in" },
          reference,
          unlinked.connection,
          pageOfLink(link),
        );
      case "absent":
        return "/dashboard"; // unlinked already, in another tab
    }
  });
}

/** What the portal was asked, as far as the page can say it at once. */
function unlinkedAs({ connection, revocation, pasted }: Extract<Unlinked, { kind: "unlinked" }>) {
  if (pasted) return "key_forgotten";
  return revocation || !canRevoke(connection) ? "unlinked" : "permission_kept";
}

/** A system of others may no longer use one of the user's links. */
export async function endGrantHere(
  session: LiveSession,
  link: string,
  client: string,
): Promise<string> {
  const [reference, page] = [newReference(), pageOfLink(link)];
  return orUnavailable({ reference, page }, async () => {
    const ended = await takeGrantBack(session.user, { link, client }, reference);
    if (ended) return success("grant_ended", ended.connection, page);
    return (await linkOf(session, link)) ? page : "/dashboard"; // ended or unlinked already, in another tab
  });
}

/** Gives one of the user's links a name of their own. */
export async function nameLinkHere(session: LiveSession, link: string, name: string) {
  const page = pageOfLink(link);
  return orUnavailable({ reference: newReference(), page }, async () => {
    const named = await nameLink(session.user, link, name);
    if (named === "refused") return pathWith(page, bareProblem("unfit_name"));
    if (named === null) return "/dashboard"; // unlinked meanwhile, in another tab
    return success("named", named.connection, page);
  });
}

async function linkOf(session: LiveSession, id: string) {
  return (await linkedPortals(session.user)).find((each) => each.id === id);
}

function pageOfLink(link: string) {
  return `/dashboard/links/${link}` as const;
}

/** Ends the user's sessions in all other browsers. */
export async function leaveElsewhere(session: LiveSession): Promise<string> {
  const page = "/dashboard/account";
  return orUnavailable({ reference: newReference(), page }, async () => {
    await endOtherSessions(session);
    return success("signed_out_everywhere", null, page);
  });
}

export async function deleteAccountHere(session: LiveSession): Promise<string> {
  const reference = newReference();
  return orUnavailable({ reference }, async () => {
    const revocations = await deleteAccount(session.user, reference);
    await signOut();
    if (revocations === null)
      return problem({ problem: "session_changed" }, reference, null, "/sign-in");
    await revokeSoon(revocations);
    afterAnswer(retryDue);
    return success("account_deleted", null, "/sign-in");
  });
}

/** Shows one of the user's links, or all of them, to their portals; the page it was asked on reads from the links what came of it. */
export async function checkHere(
  session: LiveSession,
  link: string | null,
  from: "dashboard" | "link",
): Promise<string> {
  const page = from === "link" && link !== null ? pageOfLink(link) : "/dashboard";
  return orUnavailable({ reference: newReference(), page }, async () => {
    await countByHand(session.user.id);
    await waitAtMost(PATIENCE_MS, checkLinksOf(session.user, link));
    afterAnswer(retryDue);
    if (link === null) return success("checked", null);
    const checked = await linkOf(session, link);
    return checked ? success("checked", checked.connection, page) : "/dashboard"; // unlinked in another tab
  });
}

/** Yes to "bring it here". */
export async function moveLinkHere(session: LiveSession, reference: string): Promise<string> {
  return orUnavailable({ reference }, async () => {
    const brought = await moveLink(session, reference, new Date());
    if (brought.kind === "brought") return success("brought", brought.connection);
    return problem({ problem: brought.kind }, reference, null);
  });
}

/** Yes to "link this member as well": begins a flow that takes exactly that member. */
export async function linkMemberToo(session: LiveSession, reference: string): Promise<string> {
  return orUnavailable({ reference }, async () => {
    const db = await database();
    const addressee = { session: session.hash, reference };
    const question = await openQuestion(db, addressee, new Date());
    const connection = question?.kind === "other_member" && findConnection(question.connection);
    if (!connection || !(await closeQuestion(db, addressee))) {
      return problem({ problem: "question_closed" }, reference, null);
    }
    const expected = { who: "this", member: question.member } as const;
    return startFlow(connection, "link", "/dashboard", expected);
  });
}

/** Ends the session here; the portals' own sessions go on. When it cannot be ended the user stays, and is told. */
export function leaveHere(): Promise<string> {
  return orUnavailable({ reference: newReference() }, async () => {
    await signOut();
    return success("signed_out", null, "/sign-in");
  });
}

/** The same, and leads to the portal to end the session there. */
export function leaveThereToo(): Promise<string> {
  return orUnavailable({ reference: newReference() }, signOutThereToo);
}

/** What the page that shows this reference may ask, if anything still is open. */
export async function questionFor(session: LiveSession, reference: string | null) {
  if (!reference) return null;
  const addressee = { session: session.hash, reference };
  return (await openQuestion(await database(), addressee, new Date()))?.kind ?? null;
}

/** Pages that tell how something ended. */
type Page = "/dashboard" | "/dashboard/account" | "/sign-in" | ReturnType<typeof pageOfLink>;

function success(done: Success, connection: string | null, page: Page = "/dashboard") {
  return pathWith(page, { kind: "success", success: done, connection });
}

function problem(
  failure: Failure,
  reference: string,
  connection: string | null,
  page: Page = "/dashboard",
) {
  reportFailure(failure, { connection, reference });
  return pathWith(page, {
    kind: "problem",
    problem: failure.problem,
    connection,
    mode: null,
    reference,
  });
}

/** @param about the page is the one where it was asked, and is told */
async function orUnavailable(
  { reference, page = "/dashboard" }: { reference: string; page?: Page },
  change: () => Promise<string>,
) {
  try {
    return await change();
  } catch (error) {
    if (error instanceof TooManyRequests) return pathWith(page, bareProblem("too_many_requests"));
    return problem({ problem: "unavailable", detail: traceOf(error) }, reference, null, page);
  }
}
