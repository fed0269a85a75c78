import { leaveFor, signedIn } from "../support/test";
import { testLife } from "./support/life";
import { registration } from "./support/portal";
import { testAgainst } from "./support/test";

/** An OLX site, at @node-oauth/oauth2-server: it signs nobody in and takes nothing back. */

const test = testAgainst({
  server: "oauth2Server",
  callback: "/users/auth/olx/callback",
  simulator: true,
  settings: (portal) => ({
    OLX_SITES: "otodom",
    OLX_CLIENT_ID: registration.id,
    OLX_CLIENT_SECRET: registration.secret,
    OLX_API_KEY: "no key is looked at",
    OLX_TOKEN_REQUEST: "form", // the server reads nothing else
    OLX_OTODOM_AUTHORIZATION_URL: `${portal}/authorize`,
    OLX_TOKEN_URL: `${portal}/token`,
    OLX_MEMBER_URL: `${portal}/advert/v1/meta`,
    OLX_API_URL: portal,
  }),
});

testLife(test, {
  server: "@node-oauth/oauth2-server",
  connection: "olx-otodom",
  name: "Otodom",
  resource: "/advert/v1/meta",
  goToSignIn: null,
  signInOtherwise: (page, { app }) => signedIn(page, "Federia", "Anna Peeters", app),
  goToLink: (page) => leaveFor(page, "Otodom"),
  revokes: false,
});
