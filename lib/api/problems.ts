import "server-only";
import { always, counted, type HeaderName, headerRefs } from "./answer-headers";
import { schemaOf } from "./json-schema";
import { type ApiProblem, type ProblemKind, problemBody, problemKinds } from "./respond";
import { Problem } from "./schemas";

/** What can be wrong, as the document describes it. */

const examples: Record<ProblemKind, Omit<ApiProblem, "problem" | "headers">> = {
  invalid_request: {
    detail: "One thing is wrong with it.",
    errors: [{ detail: "must be at least 1", parameter: "limit" }],
  },
  unauthorized: { detail: "This service key is unknown or has been withdrawn." },
  forbidden: { detail: 'This service key was made without the call "token".' },
  not_found: { detail: "There is no such link, or not for this service key." },
  method_not_allowed: { detail: "Allowed here: GET, OPTIONS." },
  signature_needed: {
    detail: "Ask for the headers of each request instead.",
    next: { method: "POST", path: "/api/v1/links/4022965e-0c1f-4a3a-9d0e-6a8f0f1c2b3d/headers" },
  },
  not_finished: {
    detail: "The code is not the one of the last way back, or the verifier is not the challenge's.",
  },
  link_needed: {
    detail: "Ask for the headers of one of its links instead: this portal documents nothing else.",
  },
  already_linked: {
    detail: "Your client may use this member's link for this user already.",
    more: { link: "4022965e-0c1f-4a3a-9d0e-6a8f0f1c2b3d" },
  },
  linked_for_another: {
    detail: "Your client uses this member's link for another of its users.",
    more: { refresh_token_spent: false },
  },
  member_linked_elsewhere: {
    detail:
      "This member has a link here that your client may not use. They can grant it in a connect session.",
    more: { refresh_token_spent: false },
  },
  refused_by_the_portal: {
    detail: "The portal does not accept these tokens.",
    more: { reason: "invalid_grant", refresh_token_spent: false },
  },
  portal_unavailable: {
    detail: "Nothing is known of these tokens yet. Send the same again later.",
    more: { reason: "timed_out", retry_after: 10 },
  },
  last_way_in: { detail: "Its user signs in here with this link, and with no other." },
  content_too_large: { detail: "A body may have 16384 bytes." },
  unsupported_media_type: { detail: "Send the body as application/json." },
  rate_limited: { detail: "This service key asks faster than it may." },
  internal: { detail: "Our log knows more under the request id." },
  unavailable: { detail: "Nothing is wrong with the request. Try again in a moment." },
};

const headersOf: Partial<Record<ProblemKind, readonly HeaderName[]>> = {
  unauthorized: [...always, "www-authenticate"],
  forbidden: [...counted, "www-authenticate"],
  method_not_allowed: [...always, "allow"],
  rate_limited: [...counted, "retry-after"],
  unavailable: [...always, "retry-after"],
  portal_unavailable: [...counted, "retry-after"],
};

/** Each on its own, for all calls. */
export function sharedProblems() {
  const kinds = Object.keys(problemKinds) as ProblemKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, problemResponse([kind])]));
}

/** Those of one call, by their statuses. What shares a status is told apart by its `code`. */
export function problemResponses(kinds: readonly ProblemKind[]): Record<number, object> {
  const statuses = [...new Set(kinds.map((kind) => problemKinds[kind].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const alike = kinds.filter((kind) => problemKinds[kind].status === status);
      const shared = { $ref: `#/components/responses/${alike[0]}` };
      return [status, alike.length === 1 ? shared : problemResponse(alike)];
    }),
  );
}

function problemResponse(kinds: readonly ProblemKind[]) {
  const names = kinds.flatMap((kind) => headersOf[kind] ?? counted);
  return {
    description: kinds.map((kind) => `${problemKinds[kind].title}.`).join(" Or: "),
    headers: headerRefs(names),
    content: {
      "application/problem+json": {
        schema: schemaOf(Problem),
        examples: Object.fromEntries(kinds.map((kind) => [kind, { value: example(kind) }])),
      },
    },
  };
}

function example(kind: ProblemKind) {
  const of = {
    origin: "https://portico.example",
    requestId: "98755648-db60-47d0-9b90-8535f70acfee",
  };
  return problemBody({ problem: kind, ...examples[kind] }, of);
}
