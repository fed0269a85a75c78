import { type Answer, redirect } from "../../answer";
import { notFound } from "../../pages";
import type { Route } from "../../portal";
import { secret } from "../../protocols/doorkeeper/store";
import { type PortalRequest, textFields } from "../../request";
import { type Board, type Environment, findBoard } from "./boards";
import { loginPage } from "./pages";
import { type MlsConnectPerson, peopleOf } from "./people";

/** "Each MLS has its own separate login": one session for each board, in a cookie of its own. */
export class BoardLogins {
  readonly #sessions = new Map<string, { board: string; person: MlsConnectPerson }>();
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The person who is logged in on the board, or `null`; then the caller uses `sendToLogin`. */
  personAt(board: Board, { cookies }: PortalRequest): MlsConnectPerson | null {
    const session = this.#sessions.get(cookies.get(cookieName(board)) ?? "");
    return session?.board === board.id ? session.person : null;
  }

  /** Redirects to the board's login, which leads back to this page. */
  sendToLogin(board: Board, returnTo: string): Answer {
    const query = new URLSearchParams({ returnTo });
    return redirect(`/${this.#environment.appHost}/login/${board.id}?${query}`);
  }

  routes(): Route[] {
    return [
      this.#route("GET", "/login/*", (board, request) => this.#page(board, request)),
      this.#route("POST", "/login/*", (board, request) => this.#logIn(board, request)),
      this.#route("POST", "/logout/*", (board, request) => this.#logOut(board, request)),
    ];
  }

  #page(board: Board, request: PortalRequest): Answer {
    const returnTo = this.#returnTarget(board, request.query.get("returnTo"));
    return loginPage(this.#environment, {
      board,
      current: this.personAt(board, request),
      returnTo,
    });
  }

  #logIn(board: Board, request: PortalRequest): Answer {
    const fields = textFields(request);
    const person = peopleOf(board.id).find(({ id }) => id === fields.get("person"));
    const returnTo = this.#returnTarget(board, fields.get("returnTo"));
    if (!person) return this.sendToLogin(board, returnTo);
    const session = secret();
    this.#sessions.set(session, { board: board.id, person });
    return this.#withCookie(board, session, redirect(returnTo));
  }

  #logOut(board: Board, request: PortalRequest): Answer {
    this.#sessions.delete(request.cookies.get(cookieName(board)) ?? "");
    const returnTo = this.#returnTarget(board, textFields(request).get("returnTo"));
    return this.#withCookie(board, "", this.sendToLogin(board, returnTo));
  }

  #route(
    method: Route["method"],
    path: string,
    answer: (board: Board, request: PortalRequest) => Answer,
  ): Route {
    return {
      method,
      path,
      answer: (request, id) => {
        const board = findBoard(this.#environment, id);
        return board ? answer(board, request) : notFound("There is no such board.");
      },
    };
  }

  /** Only a page of this portal; otherwise the dashboard. */
  #returnTarget(board: Board, wanted: string | null | undefined) {
    const { appHost } = this.#environment;
    return wanted?.startsWith(`/${appHost}/`) ? wanted : `/${appHost}/dashboard/${board.id}`;
  }

  #withCookie(board: Board, session: string, answer: Answer): Answer {
    const scope = `Path=/${this.#environment.appHost}; HttpOnly; SameSite=Lax`;
    const cookie = `${cookieName(board)}=${session}; ${scope}${session ? "" : "; Max-Age=0"}`;
    return { ...answer, headers: { ...answer.headers, "Set-Cookie": cookie } };
  }
}

function cookieName(board: Board) {
  return `mlsconnect_${board.id}`;
}
