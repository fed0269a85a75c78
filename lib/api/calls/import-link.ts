import "server-only";
import type { z } from "zod";
import { findListedLink } from "@/lib/accounts/clients/listed-links";
import { maySee } from "@/lib/accounts/clients/service-keys";
import { type Imported, importLink, type PutOff } from "@/lib/accounts/imports/import-link";
import { ImportWish, importFrom } from "@/lib/accounts/imports/wish";
import { linkAnswer } from "../answers";
import type { Call } from "../call";
import { grantedLink } from "../examples";
import type { ApiRequest } from "../exchange";
import { readBody } from "../input";
import { named } from "../json-schema";
import { bodyOf, responses, usual, withBody } from "../operation";
import { type ApiProblem, type CallResult, invalid, noSuchLink } from "../respond";
import { ImportedLink } from "../schemas";
import { type Caller, serve } from "../serve";

const ImportRequest = named("ImportRequest", ImportWish);

export const importLinks: Call = {
  method: "POST",
  path: "/api/v1/links",
  answer: (request) => serve(request, "import", (caller) => answer(request, caller)),
  operation: {
    operationId: "importLink",
    tags: ["links"],
    summary: "Make a link of tokens that you have",
    description:
      "The portal is asked first whether they work: with the access token, or, where that has ended, by spending the refresh token. Send the same again after an answer that was lost: a link that is there already is 409 `already_linked` with its id. For a client's keys only.",
    requestBody: bodyOf(ImportRequest, {
      required: true,
      examples: {
        pair: {
          user: { external_id: "agent-4711", name: "Anna Peeters", email: "anna@example.com" },
          connection: "homes-city",
          label: "Homes, city office",
          tokens: {
            access_token: "2YotnFZFEjr1zCsicMWpAA",
            refresh_token: "tGzv3JOkF0XG5Qx2TlKWIA",
            expires_at: "2026-11-29T09:00:00Z",
            scope: "read write",
          },
        },
        signed: {
          user: { external_id: "agent-4711" },
          connection: "immo-signed",
          tokens: { access_token: "nnch734d00sl2jdk", token_secret: "pfkkdhi9sl3r4s00" },
        },
      },
    }),
    responses: responses(ImportedLink, "The link.", {
      status: 201,
      examples: { link: { ...grantedLink, refresh_token_spent: false } },
      problems: [
        ...withBody,
        "already_linked",
        "linked_for_another",
        "member_linked_elsewhere",
        "refused_by_the_portal",
        "portal_unavailable",
        ...usual,
      ],
    }),
  },
};

async function answer(request: ApiRequest, { key, requestId }: Caller): Promise<CallResult> {
  const body = await readBody(request, ImportRequest);
  if (!body.ok) return body.problem;
  const wish = importFrom(body.value, {
    ...{ clientId: key.client ?? "", actor: `key:${key.id}`, reference: requestId },
    maySee: (connection) => maySee(key, connection),
  });
  if (Array.isArray(wish)) return invalid(wish);
  const imported = await importLink(wish);
  if (imported.kind !== "imported") return problemOf(imported);
  const link = await findListedLink(key, imported.link);
  if (!link) return noSuchLink; // removed at this very moment
  const made = { ...linkAnswer(link), refresh_token_spent: imported.isSpent === true };
  return { status: 201, body: made satisfies z.infer<typeof ImportedLink> };
}

function problemOf(imported: Exclude<Imported, { kind: "imported" }> | PutOff): ApiProblem {
  if (imported.kind === "no_such_client") return noSuchLink;
  if (imported.kind === "portal_unavailable") {
    const { kind, reason, retryAfter } = imported;
    return {
      problem: kind,
      detail: "Nothing is known of these tokens yet. Send the same again later.",
      more: { reason, retry_after: retryAfter },
      headers: { "retry-after": String(retryAfter) },
    };
  }
  const { kind, isSpent } = imported;
  return {
    problem: kind,
    detail: DETAILS[kind],
    more: {
      ...("link" in imported && { link: imported.link }),
      ...("reason" in imported && { reason: imported.reason }),
      ...(isSpent !== null && { refresh_token_spent: isSpent }),
    },
  };
}

const DETAILS = {
  already_linked: "Your client may use this member's link for this user already.",
  linked_for_another: "Your client uses this member's link for another of its users.",
  member_linked_elsewhere:
    "This member has a link here that your client may not use. They can grant it in a connect session.",
  refused_by_the_portal: "The portal does not accept these tokens.",
};
