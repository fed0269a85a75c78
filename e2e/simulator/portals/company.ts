import { createHash, timingSafeEqual } from "node:crypto";
import { accountRoutes } from "../account";
import { type Answer, type Callback, json, redirect } from "../answer";
import { Consents } from "../consents";
import { Logins } from "../logins";
import { markup, page } from "../pages";
import type { Portal, Route, Settings } from "../portal";
import {
  codeCallback,
  errorCallback,
  readAuthenticationRequest,
} from "../protocols/openid/authorize";
import { bearerToken } from "../protocols/openid/bearer";
import { readLogoutTarget } from "../protocols/openid/end-session";
import {
  invalidTokenAnswer,
  Refusal,
  refusalAnswer,
  refusalPage,
} from "../protocols/openid/errors";
import { readParameters } from "../protocols/openid/parameters";
import type { OpenIdProvider } from "../protocols/openid/server";
import { keySet, signingKey } from "../protocols/openid/signing-keys";
import { type Client, Store } from "../protocols/openid/store";
import { answerTokenRequest } from "../protocols/openid/token";
import type { PortalRequest } from "../request";

/** A company's own OpenID provider: HTTP Basic alone, PKCE with S256 demanded, `iss` in every answer, and nothing beyond the login. */

const host = "login.acme.test";
const name = "Acme";

type Person = { id: string; name: string; email: string; organisation: string };

const people: readonly Person[] = [
  { id: "ada", name: "Ada Office", email: "ada@acme.test", organisation: "acme.test" },
  { id: "ben", name: "Ben Office", email: "ben@acme.test", organisation: "acme.test" },
  { id: "cleo", name: "Cleo Contractor", email: "cleo@other.test", organisation: "other.test" },
];

export function company({ appOrigins, now, variant }: Settings): Portal {
  const store = new Store(now);
  const challenges = new Map<string, string>();
  const logins = new Logins({ portal: name, cookie: "acme", people });
  const consents = new Consents(logins);
  const client: Client = {
    id: "simulated-company",
    secret: "simulated+secret/company=",
    redirectUris: appOrigins.map((origin) => `${origin}/api/auth/callback/company`),
    protocol: "openid",
    audience: "member",
    passwordGrant: false,
  };
  const findPerson = (subject: string) => people.find(({ id }) => id + variant === subject);
  const address = ({ headers }: PortalRequest) => `http://${headers.host}/${host}`;
  const provider: OpenIdProvider = {
    store,
    now,
    findClient: (id) => (id === client.id ? client : null),
    lifetimeOf: () => 300,
    refreshGraceSeconds: () => 0,
    issuerAt: address,
    key: () => signingKey("company", "company-1"),
    claimsOf: (subject) => ({ sub: subject, hd: findPerson(subject)?.organisation }),
  };

  function authorize(request: PortalRequest): Answer | Callback {
    const asked = readAuthenticationRequest(request.query, provider.findClient);
    if (asked instanceof Refusal) return refusalPage(name, asked);
    if ("parameters" in asked) return asked;
    const issuer = [["iss", address(request)]] as const;
    const challenge = request.query.get("code_challenge");
    if (!challenge || request.query.get("code_challenge_method") !== "S256") {
      return errorCallback(asked, new Refusal("invalid_request", "PKCE with S256 is required"));
    }
    const person = logins.personAt(request);
    if (!person) return logins.sendToLogin(request);
    const subject = person.id + variant;
    const authorized = () => {
      const code = store.issueCode({ ...asked, subject });
      challenges.set(code, challenge);
      return codeCallback(asked, code, issuer);
    };
    if (store.hasConsented(client, subject)) return authorized();
    const denied = () => {
      const { parameters, ...back } = errorCallback(asked, new Refusal("access_denied", "No"));
      return { ...back, parameters: [...parameters, ...issuer] };
    };
    return consents.ask(person, request, {
      permissions: ["see who you are"],
      authorized,
      denied,
    });
  }

  function token(request: PortalRequest): Answer {
    const parameters = readParameters(request);
    if (parameters instanceof Refusal) return refusalAnswer(parameters);
    if (!request.headers.authorization || parameters.has("client_secret")) {
      return refusalAnswer(new Refusal("invalid_client", "Only client_secret_basic is accepted"));
    }
    const challenge = challenges.get(parameters.get("code") ?? "") ?? "";
    if (!isVerifierOf(challenge, parameters.get("code_verifier") ?? "")) {
      return refusalAnswer(new Refusal("invalid_grant", "The code verifier does not fit"));
    }
    return answerTokenRequest(request, provider);
  }

  function userinfo(request: PortalRequest): Answer {
    const given = bearerToken(request, store);
    if ("status" in given) return given;
    const { subject } = given.family;
    const person = findPerson(subject);
    if (!person) return invalidTokenAnswer();
    return json(200, { sub: subject, name: person.name, email: person.email });
  }

  function logout(request: PortalRequest): Answer {
    const target = readLogoutTarget(request.query, provider.findClient);
    if (target instanceof Refusal) return refusalPage(name, target);
    return logins.end(request, target ? redirect(target.href) : loggedOut);
  }

  const routes: readonly Route[] = [
    {
      method: "GET",
      path: "/.well-known/openid-configuration",
      at: "discovery",
      answer: (request) => json(200, discoveryAt(address(request))),
    },
    { method: "GET", path: "/keys", at: "keys", answer: () => json(200, keySet(provider.key())) },
    { method: "GET", path: "/authorize", at: "authorize", answer: authorize },
    { method: "POST", path: "/token", at: "token", answer: token },
    { method: "GET", path: "/userinfo", at: "userinfo", answer: userinfo },
    { method: "GET", path: "/logout", answer: logout },
    ...logins.routes(),
    ...consents.routes(),
    ...accountRoutes(logins, {
      accessCount: ({ id }) => Number(store.hasAccess(client, id + variant)),
      remove: ({ id }) => void store.removeClient(client, id + variant),
    }),
  ];

  return {
    id: "company",
    name,
    hosts: { [host]: routes },
    entryPages: [{ label: name, path: `/${host}/account` }],
    issued: () => ({
      accessTokens: [...store.accessTokens.keys()],
      refreshTokens: [...store.refreshTokens.keys()],
      codes: [...store.codes.keys()],
    }),
    expireCodes: () => store.expireCodes(),
    removeApp({ person: wanted }) {
      const person = people.find((each) => each.name === wanted);
      return person ? store.removeClient(client, person.id + variant) : null;
    },
  };
}

function discoveryAt(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  };
}

const loggedOut = page({ portal: name, title: "You are logged out", body: markup`<p>Bye.</p>` });

/** RFC 7636 section 4.6. */
function isVerifierOf(challenge: string, verifier: string) {
  const [expected, given] = [
    Buffer.from(challenge),
    Buffer.from(createHash("sha256").update(verifier).digest("base64url")),
  ];
  return expected.length === given.length && timingSafeEqual(expected, given);
}
