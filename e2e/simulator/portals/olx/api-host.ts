import type { Route } from "../../portal";
import { listAdverts, showAdvert } from "./adverts";
import { dictionaryRoutes } from "./dictionaries";
import { Refusal, refusalAnswer } from "./errors";
import type { Olx } from "./server";
import { answerTokenRequest } from "./token";

/** The host for an app's server, the same for all sites. No endpoint says whose account it is. */
export function apiHostRoutes(olx: Olx): readonly Route[] {
  const notFound = refusalAnswer(new Refusal(404, "Not found"));
  // Discontinued on 30 November 2023, but its scope is still granted.
  const discontinued = refusalAnswer(new Refusal(410, "This API has been discontinued"));

  return [
    {
      method: "POST",
      path: "/oauth/v1/token",
      at: "token",
      answer: (request) => answerTokenRequest(request, olx),
    },
    {
      method: "GET",
      path: "/advert/v1/meta",
      at: "api",
      answer: (request) => listAdverts(request, olx),
    },
    {
      method: "GET",
      path: "/advert/v1/*/meta",
      at: "api",
      answer: (request, uuid) => showAdvert(request, uuid, olx),
    },
    ...dictionaryRoutes(olx),
    { method: "GET", path: "/users/me", answer: () => notFound },
    { method: "GET", path: "/profile/v1/packages", answer: () => discontinued },
  ];
}
