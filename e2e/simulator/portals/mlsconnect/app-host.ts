import type { Answer, Callback } from "../../answer";
import { notFound } from "../../pages";
import type { Route } from "../../portal";
import {
  codeCallback,
  errorCallback,
  readAuthorizationRequest,
} from "../../protocols/doorkeeper/authorize";
import { Refusal, refusalPage } from "../../protocols/doorkeeper/errors";
import { type AuthorizationRequest, secret } from "../../protocols/doorkeeper/store";
import type { TokenServer } from "../../protocols/doorkeeper/token";
import { type PortalRequest, textFields } from "../../request";
import { BoardLogins } from "./board-logins";
import { type Board, type Environment, findBoard } from "./boards";
import { consentPage, dashboardPage } from "./pages";
import type { MlsConnectPerson } from "./people";

/** The host for a member's browser: authorize, login, and the board's dashboard. */
export function appHostRoutes(
  environment: Environment,
  server: TokenServer,
  appOrigins: readonly string[],
): readonly Route[] {
  const { store } = server;
  const logins = new BoardLogins(environment);
  const pendingConsents = new Map<string, PendingConsent>();

  /** authorizations_controller.rb, `new`: a member with a live token is not asked again (`matching_token?`). */
  function authorize(request: PortalRequest): Answer | Callback {
    const authorizationRequest = readAuthorizationRequest(request.query, server);
    if (authorizationRequest instanceof Refusal)
      return refusalPage(environment.name, authorizationRequest);
    const board = findBoard(environment, authorizationRequest.client.board);
    if (!board) return notFound("There is no such board.");

    const returnTo = addressOf(environment, request);
    const person = logins.personAt(board, request);
    if (!person) return logins.sendToLogin(board, returnTo);
    if (store.hasMatchingToken(authorizationRequest.client, person.id))
      return grant(authorizationRequest, person);
    const ticket = secret();
    pendingConsents.set(ticket, { authorizationRequest, board, person });
    return consentPage(environment, { board, person, ticket, returnTo });
  }

  /**
   * authorizations_controller.rb, `create` and `destroy`: the two buttons of the consent page. The ticket (Rails'
   * authenticity token) belongs to one page and one person: no other form is accepted.
   */
  function decide(request: PortalRequest): Answer | Callback {
    const fields = textFields(request);
    const consent = pendingConsents.get(fields.get("ticket") ?? "");
    if (!consent) return notFound("This consent page is not known.");
    const { authorizationRequest, board, person } = consent;
    if (logins.personAt(board, request)?.id !== person.id) {
      return notFound("Another person has logged in since this page was shown.");
    }
    const denied = fields.get("_method") === "delete";
    return denied
      ? errorCallback(authorizationRequest, "access_denied")
      : grant(authorizationRequest, person);
  }

  function grant(authorizationRequest: AuthorizationRequest, { id }: MlsConnectPerson) {
    return codeCallback(authorizationRequest, store.issueCode(authorizationRequest, id));
  }

  function dashboard(request: PortalRequest, boardId: string): Answer {
    const board = findBoard(environment, boardId);
    if (!board) return notFound("There is no such board.");
    const person = logins.personAt(board, request);
    if (!person) return logins.sendToLogin(board, addressOf(environment, request));

    const wanted = Number(request.query.get("app") ?? 0);
    const startUrls = appOrigins.map((origin, app) => ({
      app,
      url: `${origin}/start/mlsconnect/${board.id}`,
    }));
    const startUrl = startUrls[wanted]?.url;
    if (!startUrl) return notFound("There is no such application.");
    const otherStartUrls = startUrls.filter(({ app }) => app !== wanted);
    return dashboardPage(environment, { board, person, startUrl, otherStartUrls });
  }

  return [
    { method: "GET", path: "/oauth/authorize", at: "authorize", answer: authorize },
    { method: "POST", path: "/oauth/authorize", answer: decide },
    { method: "GET", path: "/dashboard/*", answer: dashboard },
    ...logins.routes(),
  ];
}

type PendingConsent = {
  authorizationRequest: AuthorizationRequest;
  board: Board;
  person: MlsConnectPerson;
};

function addressOf({ appHost }: Environment, { path, query }: PortalRequest) {
  return `/${appHost}${path}${query.size > 0 ? `?${query}` : ""}`;
}
