import { z } from "zod";
import { oauthErrorCodes } from "@/lib/oauth/errors";

/** What can go wrong on our side of a flow. The portal's side is `OAuthErrorCode`. */
const flowProblems = [
  "flow_missing", // this browser has not begun the flow, or has forgotten it
  "flow_expired", // begun here, but longer ago than a flow lives
  "flow_used", // finished before; nothing was done again
  "flow_unfinished", // a first arrival is or was at it and has not said how it ended
  "session_changed", // a link flow, or a change, whose session has ended or is another user's now
  "state_missing", // the portal's answer does not say which flow it belongs to
  "answer_malformed", // neither an answer nor an error, or one that says something twice
  "wrong_address", // an answer for one connection at the address of another
  "sign_in_first", // linking needs a user to link for
  "not_offered", // no such connection, or not for this
  "not_chosen", // a form that wants a choice came without one
  "unfit_name", // a name that no link can have
  "member_taken", // another user of ours has this member linked
  "elsewhere", // the same, but that user has no other link: it can be brought here
  "other_member", // this user has another member linked there, and did not ask for this one: they can say so now
  "question_closed", // the question was answered before, or was put too long ago
  "last_way_in", // the link is the user's only way to sign in
  "wrong_password", // the portal does not accept a name and a password
  "wrong_tokens", // the portal does not accept tokens that were typed in
  "too_many_tries", // of names, passwords or keys; the portal was not asked
  "too_many_requests", // more than a limit allows; the portal was not asked
  "other_environment", // the link was made in another environment, whose members are other people
  "unavailable", // our database does not answer, so nothing was begun or looked at
  "session_over", // the connect session has ended meanwhile
  "other_login", // a connect session is for another member's link
  "unfit_id", // the company login names a person by what can be no client's id of its user
  "linked_for_another", // the client may use the link already, for another of its users
  "not_saved", // the portal said yes and our database did not answer
  "internal", // an error that no other code covers
] as const;

const OAuthErrorCode = z.enum(oauthErrorCodes);
const Problem = z.enum([...flowProblems, ...oauthErrorCodes]);
const Success = z.enum([
  "signed_in",
  "switched",
  "linked",
  "relinked",
  "brought",
  "unlinked",
  "permission_kept", // unlinked, and another link here lives on the permission
  "key_forgotten", // unlinked, and the key is the member's own
  "grant_ended", // a system of others may no longer use the link
  "checked",
  "named", // a link has a name of its user's own
  "account_deleted",
  "signed_out",
  "signed_out_everywhere", // but here
]);
export const Mode = z.enum(["signin", "link", "connect"]);

/** What a flow is to come to. */
export type Mode = z.infer<typeof Mode>;

/** Everything the pages have a sentence for. */
export type Problem = z.infer<typeof Problem>;

export const problems: readonly Problem[] = Problem.options;

export const successes: readonly Success[] = Success.options;

/** Whether the portal has said so, or may have: it was asked, and what it gave is of no use. */
export function isOfThePortal(problem: Problem): boolean {
  return problem === "internal" || OAuthErrorCode.safeParse(problem).success;
}

/** What went well, and is worth a sentence. */
export type Success = z.infer<typeof Success>;

/** How a flow ended, as the page it ends on is told: in its address, hence nothing secret and nothing free-form. */
export type FlowResult =
  | { kind: "success"; success: Success; connection: string | null }
  | {
      kind: "problem";
      problem: Problem;
      connection: string | null;
      /** What was tried, so that it can be tried again; null when that is not known. */
      mode: Mode | null;
      /** Under which the log knows more. */
      reference: string | null;
    };

/** Each parameter for itself: one that is not ours is as good as absent. */
const ours = <T>(schema: z.ZodType<T>) => schema.nullable().catch(null);

const Query = z.object({
  problem: ours(Problem),
  done: ours(Success),
  connection: ours(z.string().max(100)),
  mode: ours(Mode),
  reference: ours(z.string().regex(/^[a-z0-9]{8}$/)),
});

/** Reads a result back from a page's query; anything else in the query is nothing. */
export function flowResultFrom(query: Record<string, unknown>): FlowResult | null {
  const { problem, done, ...rest } = Query.parse(query);
  if (problem) return { kind: "problem", problem, ...rest };
  if (done) return { kind: "success", success: done, connection: rest.connection };
  return null;
}

/** The address of a page of ours, which may have a query, with a result on it. */
export function pathWith(path: string, { kind, ...result }: FlowResult) {
  const { success, ...rest } = { success: null, ...result };
  const query = Object.entries({ done: success, ...rest }).flatMap(([name, value]) =>
    value === null ? [] : [[name, value]],
  );
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams(query)}`;
}

/** A problem of which the log knows nothing more. */
export function bareProblem(
  problem: Problem,
  about: { connection?: string; mode?: z.infer<typeof Mode> } = {},
): FlowResult {
  const { connection = null, mode = null } = about;
  return { kind: "problem", problem, connection, mode, reference: null };
}
