import { expect, test } from "vitest";
import { company } from "./company";
import { connectionsFrom } from "./connections";
import { loginKey, subIn } from "./login";
import { portals } from "./registry";

const keycloak = {
  COMPANY_LOGIN_ISSUER: "https://login.acme.example/realms/acme",
  COMPANY_LOGIN_CLIENT_ID: "portico",
  COMPANY_LOGIN_CLIENT_SECRET: "secret",
};
const GOOGLE = "https://accounts.google.com";
const TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";

const errorsOf = (variables: Record<string, string>) => connectionsFrom(portals, variables).errors;
const errorsAt = (issuer: string, more: Record<string, string> = {}) =>
  errorsOf({ ...keycloak, COMPANY_LOGIN_ISSUER: issuer, ...more });

test("three settings make a connection that signs people in, with PKCE, and does nothing else", () => {
  const { connections, errors, notices } = connectionsFrom(portals, keycloak);
  expect([...errors, ...notices]).toEqual([]);
  expect(connections).toMatchObject([
    {
      id: "company",
      portal: { name: "Company login", monogram: "CO", signIn: "only" },
      choice: null,
      environment: "production",
      issuer: keycloak.COMPANY_LOGIN_ISSUER,
      endpoints: {},
      apis: [],
      registration: { id: "portico", secret: "secret", apiKey: null },
      scope: "openid profile email",
      pkce: true,
      callbackPath: "/api/auth/callback/company",
      signIn: "offered",
      login: { requiredClaim: null, client: null },
    },
  ]);
});

test("its label is its name, and the first letters of that its monogram", () => {
  const labelled = (label: string) =>
    connectionsFrom(portals, { ...keycloak, COMPANY_LOGIN_LABEL: label }).connections[0]?.portal;
  expect(labelled("Acme Real Estate")).toMatchObject({ name: "Acme Real Estate", monogram: "AR" });
  expect(labelled("Écho")).toMatchObject({ name: "Écho", monogram: "ÉC" });
  expect(labelled("7 Seas")).toMatchObject({ name: "7 Seas", monogram: "CO" });
  expect(errorsOf({ ...keycloak, COMPANY_LOGIN_LABEL: "x".repeat(61) })).toEqual([
    "COMPANY_LOGIN_LABEL must be at most 60 printable characters.",
  ]);
});

test("everything that is wrong is said at once", () => {
  const errors = errorsOf({
    COMPANY_LOGIN_ISSUER: "http://login.acme.example",
    COMPANY_LOGIN_SCOPE: "profile email",
    COMPANY_LOGIN_REQUIRED_CLAIM: "hd",
    COMPANY_LOGIN_PKCE: "off",
    COMPANY_LOGIN_SIGN_IN: "hidden",
    COMPANY_LOGIN_CHECKS_PER_SECOND: "5",
    COMPANY_LOGIN_DOMAIN: "acme.example",
    COMPANY_LOGIN_TOKEN_URL: "https://attacker.example/token",
    COMPANY_LOGIN_CLIENT: "Acme CRM",
  });
  expect(errors.toSorted()).toEqual([
    "COMPANY_LOGIN_CHECKS_PER_SECOND is set, but there is no such setting.",
    "COMPANY_LOGIN_CLIENT must be the id of a client: small letters, digits and hyphens.",
    "COMPANY_LOGIN_CLIENT_ID is not set.",
    "COMPANY_LOGIN_CLIENT_SECRET is not set.",
    "COMPANY_LOGIN_DOMAIN is set, but there is no such setting.",
    "COMPANY_LOGIN_ISSUER must begin with https://.",
    "COMPANY_LOGIN_PKCE is set, but there is no such setting.",
    "COMPANY_LOGIN_REQUIRED_CLAIM must be a claim and its value: hd=acme.example.",
    "COMPANY_LOGIN_SCOPE must contain openid.",
    "COMPANY_LOGIN_SIGN_IN is set, but there is no such setting.",
    "COMPANY_LOGIN_TOKEN_URL is set, but there is no such setting.",
  ]);
});

test("an issuer on this machine may do without https", () => {
  expect(errorsAt("http://127.0.0.1:8080/realms/acme")).toEqual([]);
  expect(errorsAt("http://localhost:8080")).toEqual([]);
});

test("settings for a login that there is not are half a configuration", () => {
  expect(errorsOf({ COMPANY_LOGIN_LABEL: "Acme", COMPANY_LOGIN_CLIENT: "acme" })).toEqual([
    "COMPANY_LOGIN_LABEL is set, but COMPANY_LOGIN_ISSUER is not.",
    "COMPANY_LOGIN_CLIENT is set, but COMPANY_LOGIN_ISSUER is not.",
  ]);
});

test.each([
  [`${GOOGLE}?`, "must not have a query."],
  [`${GOOGLE}/?`, "must not have a query."],
  ["https://login.acme.example/realms/acme?", "must not have a query."],
  ["https://login.acme.example/realms/acme?x=1", "must not have a query."],
  ["https://login.acme.example/the realm", "must not have a blank in it."],
  ["https://login.acme.example/the\trealm", "must not have a blank in it."],
  ["https://login.acme.example/the\u00a0realm", "must not have a blank in it."],
  [`${GOOGLE}//`, "must not have two slashes in a row in its path."],
  [
    "https://login.microsoftonline.com//common/v2.0",
    "must not have two slashes in a row in its path.",
  ],
  [
    "https://login.acme.example/realms/acme/.well-known/openid-configuration",
    "is the address of the discovery document: name what that calls its issuer.",
  ],
  [
    "https://login.acme.example/.well-known/openid-configuration/",
    "is the address of the discovery document: name what that calls its issuer.",
  ],
])("%j is no issuer", (issuer, sentence) => {
  const claim = { COMPANY_LOGIN_REQUIRED_CLAIM: "hd=acme.example" };
  expect(errorsAt(issuer, claim)).toEqual([`COMPANY_LOGIN_ISSUER ${sentence}`]);
});

test.each([
  GOOGLE,
  `${GOOGLE}/`,
  "https://Accounts.Google.com",
  `${GOOGLE}:443`,
  `${GOOGLE}.`,
  `${GOOGLE}./`,
])("%s lets everybody in unless a claim is required", (issuer) => {
  expect(errorsAt(issuer)).toEqual([
    "COMPANY_LOGIN_ISSUER lets in everybody who has a Google account: set COMPANY_LOGIN_REQUIRED_CLAIM, such as hd=acme.example.",
  ]);
  expect(errorsAt(issuer, { COMPANY_LOGIN_REQUIRED_CLAIM: "hd=acme.example" })).toEqual([]);
});

test.each([
  "https://login.microsoftonline.com/common/v2.0",
  "https://login.microsoftonline.com/organizations/v2.0",
  "https://login.microsoftonline.com/Consumers/v2.0",
  "https://LOGIN.microsoftonline.com/common",
  "https://login.microsoftonline.us/common/v2.0",
  "https://sts.windows.net/common/",
  "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
  "https://login.microsoftonline.com./common/v2.0",
  "https://login.microsoft.com/common/v2.0",
  "https://login.microsoftonline.com/acme.onmicrosoft.com/v2.0",
  "https://login.microsoftonline.com/acme.example/v2.0",
  "https://login.microsoftonline.com/",
  `https://login.microsoftonline.com/x${TENANT}/v2.0`,
])("%s is not one company's, also with a claim", (issuer) => {
  for (const claim of ["", "tid=x"]) {
    expect(errorsAt(issuer, { COMPANY_LOGIN_REQUIRED_CLAIM: claim })).toEqual([
      "COMPANY_LOGIN_ISSUER is not that of one company’s tenant: name yours, by the tenant’s id.",
    ]);
  }
});

test.each([
  "https://login.microsoftonline.com/{tenantid}/v2.0",
  "https://login.microsoftonline.com/%7Btenantid%7D/v2.0",
])("%s is a template", (issuer) => {
  expect(errorsAt(issuer)).toEqual([
    "COMPANY_LOGIN_ISSUER is a template: name the issuer of your own tenant.",
  ]);
});

test("a tenant's issuer is taken", () => {
  expect(errorsAt(`https://login.microsoftonline.com/${TENANT}/v2.0`)).toEqual([]);
  expect(errorsAt(`https://sts.windows.net/${TENANT.toUpperCase()}/`)).toEqual([]);
});

test.each(["iss", "aud", "azp", "nonce", "exp", "iat", "at_hash"])(
  "%s is no claim that tells one person from another",
  (name) => {
    const claim = { COMPANY_LOGIN_REQUIRED_CLAIM: `${name}=portico` };
    const sentence = `COMPANY_LOGIN_REQUIRED_CLAIM must not be ${name}: all ID tokens have that, or none of this value.`;
    expect(errorsAt(keycloak.COMPANY_LOGIN_ISSUER, claim)).toEqual([sentence]);
    expect(errorsAt(GOOGLE, claim)).toContain(sentence);
  },
);

test("at Google only a claim that Google gives to some admits some", () => {
  for (const claim of ["hd=acme.example", "email=anna@gmail.com", "sub=1234"])
    expect(errorsAt(GOOGLE, { COMPANY_LOGIN_REQUIRED_CLAIM: claim })).toEqual([]);
  for (const claim of ["email_verified=true", "groups=agents", "locale=en"])
    expect(errorsAt(GOOGLE, { COMPANY_LOGIN_REQUIRED_CLAIM: claim })).toEqual([
      "COMPANY_LOGIN_ISSUER lets in everybody who has a Google account: set COMPANY_LOGIN_REQUIRED_CLAIM, such as hd=acme.example.",
    ]);
});

test("the value of a required claim may hold an equals sign and blanks", () => {
  const variables = { ...keycloak, COMPANY_LOGIN_REQUIRED_CLAIM: "groups=cn=agents, o=acme" };
  expect(connectionsFrom(portals, variables).connections[0]?.login?.requiredClaim).toEqual({
    name: "groups",
    value: "cn=agents, o=acme",
  });
});

test("who comes in is what the claims say, and nothing else of them is kept", () => {
  const claims = { sub: "7f3a", given_name: "Anna", family_name: "Peeters", email: "anna@acme" };
  expect(company.member.read({ claims: { ...claims, groups: ["agents"] }, record: null })).toEqual({
    id: "7f3a",
    name: "Anna Peeters",
    email: "anna@acme",
    image: null,
    agency: null,
    listings: null,
    details: {},
  });
});

test("a key is of one issuer: another's, or one whose name goes on, does not have it", () => {
  const key = loginKey("https://login.acme.example", "7f3a");
  expect(subIn(key, "https://login.acme.example")).toBe("7f3a");
  expect(subIn(key, "https://login.acme")).toBeNull();
  expect(subIn(key, "https://login.acme.example/")).toBeNull();
});
