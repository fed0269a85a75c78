import { randomUUID } from "node:crypto";
import oauthSign from "oauth-sign";
import { openSimulator } from "../../testing";

/** For the tests of this folder: an app that is registered at ImmoScout24 and signs with a library, not with our code. */

export const callback = "http://localhost:3000/api/oauth1/immoscout24/callback?flow=a%20b";

type Token = { value: string; secret: string };

/** What a test changes in a request; `undefined` leaves a parameter or a header out. */
type Change = {
  method?: "GET" | "POST";
  host?: string;
  consumer?: { key: string; secret: string };
  /** OAuth parameters, which are signed. */
  oauth?: Record<string, string | undefined>;
  /** Parameters that are sent without being signed. */
  unsigned?: Record<string, string>;
  /** A change to the finished Authorization header. */
  header?: (authorization: string) => string;
  headers?: Record<string, string>;
  body?: string;
};

type SignedCall = Change & { token?: Token; at: number };

const consumers: Readonly<Record<string, { key: string; secret: string }>> = {
  "rest.immobilienscout24.de": {
    key: "simulated-immoscout24",
    secret: "simulated+secret/immoscout24=",
  },
  "rest.sandbox-immobilienscout24.de": {
    key: "simulated-immoscout24-sandbox",
    secret: "simulated+secret/sandbox=",
  },
};

export async function openImmoScout24(now: () => number = Date.now) {
  const { origin, control, visitor } = await openSimulator(now);

  const ask = (path: string, { token, ...change }: Omit<SignedCall, "at"> = {}) => {
    const { host = "rest.immobilienscout24.de", method = "GET", headers, body } = change;
    const consumer = change.consumer ?? consumers[host] ?? { key: "", secret: "" };
    const address = `${origin}/${host}${path}`;
    const at = Math.floor(now() / 1000);
    const authorization = sign(address, { ...change, method, consumer, token, at });
    return fetch(address, {
      method,
      headers: { accept: "application/json", authorization, ...headers },
      ...(body !== undefined && { body }),
    });
  };

  const askForRequestToken = (change: Change = {}) =>
    ask("/restapi/security/oauth/request_token", {
      method: "POST",
      ...change,
      oauth: { oauth_callback: callback, ...change.oauth },
    });

  const askForAccessToken = (token: Token, verifier: string | undefined, change: Change = {}) =>
    ask("/restapi/security/oauth/access_token", {
      method: "POST",
      ...change,
      token,
      oauth: { oauth_verifier: verifier, ...change.oauth },
    });

  const confirm = (token: Token, host = "rest.immobilienscout24.de") =>
    visitor().open(`/${host}/restapi/security/oauth/confirm_access?oauth_token=${token.value}`);

  const requestToken = async (change?: Change) => readToken(await askForRequestToken(change));

  /** A request token that the person has authorized, and its verifier. */
  const authorized = async (person: string, change: Change = {}) => {
    const token = await requestToken(change);
    const browser = await confirm(token, change.host);
    await browser.press(person);
    await browser.press("Authorize");
    return { token, verifier: browser.landedAt?.searchParams.get("oauth_verifier") ?? "" };
  };

  const accessTokenFor = async (person: string, change?: Change) => {
    const { token, verifier } = await authorized(person, change);
    return readToken(await askForAccessToken(token, verifier, change));
  };

  return {
    origin,
    control,
    visitor,
    ask,
    askForRequestToken,
    askForAccessToken,
    confirm,
    requestToken,
    authorized,
    accessTokenFor,
    me: (token: Token, change?: Change) =>
      ask("/restapi/api/offer/v1.0/user/me", { ...change, token }),
    listings: (token: Token, query = "", change?: Change) =>
      ask(`/restapi/api/offer/v1.0/user/me/realestate${query}`, { ...change, token }),
    set: (options: Record<string, unknown>) =>
      control("POST", "/options", { portal: "immoscout24", ...options }),
  };
}

export async function readToken(answer: Response): Promise<Token> {
  const form = new URLSearchParams(await answer.text());
  return { value: form.get("oauth_token") ?? "", secret: form.get("oauth_token_secret") ?? "" };
}

function sign(
  address: string,
  signing: SignedCall & { consumer: { key: string; secret: string } },
) {
  const { method = "GET", consumer, token, oauth, unsigned = {}, at } = signing;
  const { header = (authorization) => authorization } = signing;
  const usual = {
    oauth_consumer_key: consumer.key,
    oauth_nonce: randomUUID(),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(at),
    oauth_version: "1.0",
    ...(token && { oauth_token: token.value }),
  };
  const parameters = Object.fromEntries(
    Object.entries<string | undefined>({ ...usual, ...oauth }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const [base = "", query = ""] = address.split("?");
  const signed = { ...parameters, ...Object.fromEntries(new URLSearchParams(query)) };
  const signature = oauthSign.hmacsign(method, base, signed, consumer.secret, token?.secret);
  const sent = { ...parameters, oauth_signature: signature, ...unsigned };
  const pairs = Object.entries(sent).map(([name, value]) => `${name}="${escape3986(value)}"`);
  return header(`OAuth ${pairs.join(", ")}`);
}

function escape3986(text: string) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}
