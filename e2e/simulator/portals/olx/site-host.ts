import { accountRoutes } from "../../account";
import { type Answer, type Callback, empty, type Parameter, redirectForGood } from "../../answer";
import { Consents } from "../../consents";
import { Logins } from "../../logins";
import { markup, page } from "../../pages";
import type { Route } from "../../portal";
import type { PortalRequest } from "../../request";
import { type AuthorizationRequest, readAuthorizationRequest } from "./authorize";
import { Refusal } from "./errors";
import type { OlxOptions } from "./options";
import { peopleOf } from "./people";
import type { Olx } from "./server";
import type { Site } from "./sites";

/** The host for a person's browser: login, authorization, and the account page. */
export function siteHostRoutes(
  site: Site,
  { store, applications, options }: Olx,
): readonly Route[] {
  const people = peopleOf(site.id);
  const logins = new Logins({ portal: site.name, cookie: `olx_${site.id}`, people });
  const consents = new Consents(logins);
  const path = `/${site.locale}/crm/authorization`;

  function authorize(request: PortalRequest): Answer {
    const authorizationRequest = readAuthorizationRequest(request.query, applications);
    if (authorizationRequest instanceof Refusal) return refusalPage(site, authorizationRequest);
    const person = logins.personAt(request);
    if (!person) return logins.sendToLogin(request);
    return consents.ask(person, request, {
      permissions: ["read and write your adverts", "read your leads"],
      authorized: () => {
        const code = store.issueCode(authorizationRequest, { site: site.id, person });
        return callbackFor(authorizationRequest, [
          ["code", code],
          stateParameter(authorizationRequest),
        ]);
      },
      denied: () =>
        callbackFor(
          authorizationRequest,
          refusalParameters(authorizationRequest, options().refusal),
        ),
    });
  }

  /** "`mercury/authorization` replaced by `<LOCALE>/crm/authorization`", 30 August 2024. */
  function oldAuthorize({ host, target }: PortalRequest): Answer {
    if (options().oldPath === "gone") return empty(404);
    const query = /\?.*$/.exec(target)?.[0] ?? "";
    return redirectForGood(`/${host}${path}/${query}`);
  }

  return [
    { method: "GET", path, at: "authorize", answer: authorize },
    { method: "GET", path: `${path}/`, at: "authorize", answer: authorize },
    { method: "GET", path: "/mercury/authorization", answer: oldAuthorize },
    { method: "GET", path: "/mercury/authorization/", answer: oldAuthorize },
    ...consents.routes(),
    ...logins.routes(),
    ...accountRoutes(logins, {
      accessCount: (person) => store.liveTokens({ site: site.id, person }).length,
      remove: (person) => store.removeApp({ site: site.id, person }),
    }),
  ];
}

function callbackFor(
  { redirectUri }: AuthorizationRequest,
  parameters: readonly Parameter[],
): Callback {
  return { redirectUri, parameters };
}

function stateParameter({ state }: AuthorizationRequest): Parameter {
  return ["state", state];
}

function refusalParameters(
  authorizationRequest: AuthorizationRequest,
  shape: OlxOptions["refusal"],
) {
  const error: Parameter = ["error", "access_denied"];
  return {
    none: [],
    state: [stateParameter(authorizationRequest)],
    error: [error, stateParameter(authorizationRequest)],
  }[shape];
}

function refusalPage({ name }: Site, { status, message }: Refusal): Answer {
  return page({
    portal: name,
    title: "An error has occurred",
    body: markup`<p>${message}</p>`,
    status,
  });
}
