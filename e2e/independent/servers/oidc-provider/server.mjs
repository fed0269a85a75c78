import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";
import { CONSENT, formOf, LOGIN, log, tellVersion, tokenSeconds } from "../node-portal.mjs";

/**
 * A portal as Spark is, or a company's login: oidc-provider, everything kept in memory, refresh tokens rotated. From the environment:
 * PORT; CLIENT_ID and CLIENT_SECRET; CALLBACK, the client's one callback address; CLIENT_AUTH, the one way in which the client may
 * prove itself, and SIGNING, what its ID tokens are signed with. Guests are of another organisation than all others.
 */

tellVersion("oidc-provider");

const { PORT, CLIENT_ID, CLIENT_SECRET, CALLBACK } = process.env;
const { CLIENT_AUTH = "client_secret_post", SIGNING = "RS256" } = process.env;
const DAY = 24 * 60 * 60;

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [CALLBACK],
      grant_types: ["authorization_code", "refresh_token"],
      post_logout_redirect_uris: [CALLBACK],
      token_endpoint_auth_method: CLIENT_AUTH,
      id_token_signed_response_alg: SIGNING,
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  claims: { openid: ["sub", "hd"], profile: ["name"] },
  conformIdTokenClaims: false, // they are in the ID token as well
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256"] },
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({ sub: name, name, hd: domainOf(name) }),
  }),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  clockTolerance: 0, // of 15 seconds otherwise: a token is over when it says so
  ttl: {
    AccessToken: (_, { accountId }) => tokenSeconds(accountId),
    RefreshToken: DAY,
    Grant: DAY,
    Session: DAY,
    Interaction: 600,
    IdToken: 3600,
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
});

function domainOf(name) {
  return name.startsWith("Guest") ? "guests.example" : "acme.example";
}

/** The grant that a yes gives: all that was asked for. */
async function grantOf({ session, params }) {
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return grant.save();
}

/** What the form on a page came to. */
async function resultOf({ name, answer }, interaction) {
  if (name) return { login: { accountId: name } };
  if (answer === "yes") return { consent: { grantId: await grantOf(interaction) } };
  return { error: "access_denied", error_description: "The member said no" };
}

async function interact({ req, res }) {
  const interaction = await provider.interactionDetails(req, res);
  if (req.method === "POST") {
    return provider.interactionFinished(req, res, await resultOf(await formOf(req), interaction));
  }
  res.setHeader("content-type", "text/html");
  res.end(interaction.prompt.name === "login" ? LOGIN : CONSENT);
}

async function account(ctx) {
  const [, bearer = ""] = /^Bearer (.+)$/.exec(ctx.get("authorization")) ?? [];
  const token = await provider.AccessToken.find(bearer);
  ctx.status = token ? 200 : 401;
  ctx.body = token
    ? { D: { Success: true, Results: [{ Id: `1-${token.accountId}`, Name: token.accountId }] } }
    : { D: { Success: false, Code: 1000, Message: "Not a token that works" } };
}

provider.use(async (ctx, next) => {
  const { method, path } = ctx;
  ctx.res.once("finish", () => {
    log({ method, path, status: ctx.res.statusCode, grant: ctx.oidc?.params?.grant_type });
  });
  if (path === "/") return Object.assign(ctx, { body: "ready\n" });
  if (path === "/v1/my/account") return account(ctx);
  if (!path.startsWith("/interaction/")) return next();
  ctx.respond = false;
  return interact(ctx);
});

provider.listen(Number(PORT), "127.0.0.1");
