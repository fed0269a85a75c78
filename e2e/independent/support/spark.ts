import { leaveFor, signedIn } from "../../support/test";
import { servers } from "../servers.mjs";
import { testLife } from "./life";
import { type Deployment, registration } from "./portal";
import { testAgainst } from "./test";

/**
 * Spark, at an OpenID provider of others, of which Portico is told the issuer.
 * @param more settings that this provider wants
 */
export function testSparkAt(server: Deployment["server"], more: Record<string, string> = {}) {
  const test = testAgainst({
    server,
    callback: "/api/auth/callback/spark",
    simulator: true,
    settings: (portal) => ({
      SPARK_ISSUER: portal,
      SPARK_CLIENT_ID: registration.id,
      SPARK_CLIENT_SECRET: registration.secret,
      SPARK_TOKEN_REQUEST: "form", // as the standard has it
      SPARK_SCOPE: "openid profile",
      SPARK_MEMBER_URL: `${portal}/v1/my/account`,
      SPARK_LOGOUT_URL: `${portal}/logout`,
      SPARK_REMOVAL_URL: `${portal}/permissions`,
      ...more,
    }),
  });

  testLife(test, {
    server: servers[server].title,
    connection: "spark",
    name: "Flexmls",
    resource: "/v1/my/account",
    goToSignIn: (page) => page.getByRole("button", { name: "Sign in with Flexmls" }).click(),
    signInOtherwise: (page, { app }) => signedIn(page, "Federia", "Anna Peeters", app),
    goToLink: (page) => leaveFor(page, "Flexmls"),
    revokes: true,
  });
}
