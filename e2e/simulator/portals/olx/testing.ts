import { openSimulator, postJson } from "../../testing";

/** For the tests of this folder: the browser and the server of an app that is registered at OLX. */

export const callback = "http://localhost:3000/users/auth/olx/callback";

const applicationHeaders = { "x-api-key": "simulated-api-key-olx", "user-agent": "Portico/1.0" };

const tokenHeaders = {
  ...applicationHeaders,
  accept: "application/json",
  authorization: `Basic ${btoa("simulated-olx:simulated-secret-olx")}`,
};

type Changes = Record<string, string | undefined>;

/** `undefined` leaves a parameter or a header out. */
function changed(usual: Record<string, string>, changes: Changes) {
  const entries = Object.entries<string | undefined>({ ...usual, ...changes });
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

export async function openOlx(now?: () => number) {
  const { origin, control, visitor } = await openSimulator(now);

  const authorize = (parameters: Changes = {}, path = "otodom.pl/pl/crm/authorization/") => {
    const usual = { response_type: "code", client_id: "simulated-olx", state: "kept" };
    return visitor().open(`/${path}?${new URLSearchParams(changed(usual, parameters))}`);
  };

  const codeFor = async (person: string, parameters: Changes = {}, path?: string) => {
    const browser = await authorize(parameters, path);
    await browser.press(person);
    await browser.press("Authorize");
    return browser.landedAt?.searchParams.get("code") ?? "";
  };

  const askForToken = (body: unknown, headers: Changes = {}) =>
    postJson(`${origin}/api.olxgroup.com/oauth/v1/token`, body, changed(tokenHeaders, headers));

  const exchange = (code: string, headers?: Changes) =>
    askForToken({ grant_type: "authorization_code", code }, headers);

  const refresh = (refreshToken: string, headers?: Changes) =>
    askForToken({ grant_type: "refresh_token", refresh_token: refreshToken }, headers);

  return {
    origin,
    control,
    authorize,
    codeFor,
    askForToken,
    exchange,
    refresh,
    tokensFor: async (person: string, path?: string) =>
      (await exchange(await codeFor(person, {}, path))).json(),
    refreshed: async (refreshToken: string) => (await refresh(refreshToken)).json(),
    call: (path: string, token: string, headers: Changes = {}) =>
      fetch(`${origin}/api.olxgroup.com${path}`, {
        headers: changed({ ...applicationHeaders, authorization: `Bearer ${token}` }, headers),
      }),
    set: (options: Record<string, unknown>) =>
      control("POST", "/options", { portal: "olx", ...options }),
  };
}
