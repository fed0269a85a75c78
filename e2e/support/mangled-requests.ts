import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RawRequest } from "./raw-request";

/** Requests that no browser would send, from what the app expects: the same seed makes the same ones. */

type Source = {
  /** What the form of a page holds, by which a mangled one still finds its action. */
  fields: readonly string[];
  serviceKey: string;
  session: string;
  /** Ours: without it a form is refused before it is read. */
  origin: string;
};

export function mangledRequests(seed: number, source: Source): () => RawRequest {
  const random = randomFrom(seed);
  const pick = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(random() * values.length)] ?? values[0];
  const chance = (share: number) => random() < share;
  const several = (most: number, make: () => string) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, make);

  const actions = source.fields.flatMap((name) => name.split("$ACTION_ID_")[1] ?? []);
  const value = () => (chance(0.4) ? pick(GOOD) : pick(NASTY));
  const target = () => {
    const path = pick(routes()).replace(/\[+(?:\.\.\.)?\w+\]+/g, value);
    const query = several(4, () => `${chance(0.7) ? pick(PARAMETERS) : value()}=${value()}`);
    return query.length > 0 ? `${path}?${query.join("&")}` : path;
  };
  const header = (): [string, string] => {
    const [name, values] = pick(HEADERS);
    return [name, chance(0.5) ? pick(values) : pick(NASTY_HEADER_VALUES)];
  };
  const body = (): [type: string, text: string] => {
    const field = () => (chance(0.5) ? pick(["connection", ...source.fields]) : value());
    const part = (disposition: string, name: string, text: string) =>
      `--x\r\n${disposition}"${name}"\r\n\r\n${text}\r\n`;
    if (chance(0.2)) {
      const action = part(DISPOSITIONS[0], `$ACTION_ID_${pick(["x", ...actions])}`, "");
      const fields = several(4, () => part(DISPOSITIONS[0], pick(FIELDS), value()));
      return ["multipart/form-data; boundary=x", `${action}${fields.join("")}--x--\r\n`];
    }
    const type = pick(TYPES);
    if (type.startsWith("multipart") && chance(0.8)) {
      const parts = several(6, () => part(pick(DISPOSITIONS), field(), value()));
      return [type, `${parts.join("")}${chance(0.7) ? "--x--\r\n" : ""}`];
    }
    if (type.includes("form") && chance(0.8)) {
      return [type, several(6, () => `${field()}=${value()}`).join("&")];
    }
    return [type, pick(BODIES)];
  };

  return () => {
    const method = pick(METHODS);
    const headers: [string, string][] = [["host", chance(0.9) ? "localhost" : pick(HOSTS)]];
    if (chance(0.5)) headers.push(["authorization", `Bearer ${source.serviceKey}`]);
    if (chance(0.3)) headers.push(["cookie", source.session]);
    if (chance(0.7)) headers.push(["origin", source.origin]);
    if (chance(0.1)) headers.push(["next-action", pick(["x", ...actions])]);
    for (let n = several(4, String).length; n > 0; n -= 1) headers.push(header());
    const [type, text] = method === "GET" || method === "HEAD" ? ["", ""] : body();
    if (type) headers.push(["content-type", type]);
    return { method, target: target(), headers, body: text };
  };
}

/** Every address of the app, as the folders of `app` say it, and Next's own. */
function routes(): [string, ...string[]] {
  const files = readdirSync("app", { recursive: true, encoding: "utf8" });
  const found = files
    .filter((file) => /(^|[\\/])(page|route)\.tsx?$/.test(file))
    .map((file) => `/${join(file, "..")}`.replaceAll("\\", "/").replace(/\/\([^)]*\)|\/\.$/g, ""));
  const ofNext = [
    ...["/_next/image", "/_next/[what]", "/_next/static/[file]", "/_next/data/[page]"],
    ...["/_global-error", "/_not-found", "/_error", "/404", "/500"],
  ];
  return ["/[nowhere]/[at]/[all]", ...ofNext, ...found.map((path) => path || "/")];
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const METHODS = [
  ...["GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"],
  ...["TRACE", "PROPFIND", "get", "NONSENSE"],
] as [string, ...string[]];

const GOOD: [string, ...string[]] = [
  ...(["mlsconnect", "federia", "olx", "spark", "immoscout24", "mlsconnect-federia"] as const),
  ...["olx-otodom", "spark-oauth2-private", "callback", "signin", "session", "csrf", "error"],
  ...["2d6a1f0e-3f0b-4c52-9d1a-0f2a7c1b9e44", "1", "access_denied", "/dashboard"],
];

const NASTY: [string, ...string[]] = [
  ...(["", ".", "..", "%2e%2e", "%2f", "%5c", "%00", "%0a%0d", "%ff", "%c0%af", "%zz"] as const),
  ...["%", "%E0%A4%A", "+", ";", "*", "$", "~", "[]", "{}", "null", "undefined", "-1", "1e999"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "__next", "_next", "_rsc"],
  ...["%27%22%3E%3Cscript%3E", "%F0%9F%8F%A0", "\u00e9\u00df", "%u0041", "a".repeat(3000)],
  ...["%2525", "a%20b", "%09", "//evil.example", "https:%2f%2fevil.example", "\\\\evil"],
  ...["%7B%22a%22%3A1%7D", "a[]", "a[b]", "18446744073709551616", "2026-99-99"],
];

const PARAMETERS = [
  ...["state", "code", "error", "error_description", "iss", "scope", "oauth_token"],
  ...["oauth_verifier", "portal", "choice", "connection", "done", "problem", "reference"],
  ...["user", "member", "status", "limit", "cursor", "from", "connect", "_rsc", "nxtPportal"],
  ...["url", "w", "q", "__nextDefaultLocale", "__nextDataReq"],
] as [string, ...string[]];

const HOSTS = ["", "evil.example", "localhost:1", "[::1]", "a".repeat(300), "localhost, evil"] as [
  string,
  ...string[],
];

const HEADERS: [[string, [string, ...string[]]], ...[string, [string, ...string[]]][]] = [
  ["accept", ["*/*", "application/json", "text/x-component", "image/*"]],
  ["accept-language", ["de-AT,de;q=0.9", "xx", "*", "en;q=2"]],
  ["accept-encoding", ["gzip", "br", "identity;q=0", "*;q=0"]],
  ["authorization", ["Bearer", "Bearer x", "Basic YTpi", "OAuth oauth_token=1", "Digest"]],
  ["content-encoding", ["gzip", "br", "nonsense"]],
  ["cookie", ["portico.session=x", "__Host-portico.flow.x=y", "authjs.csrf-token=a%7Cb", "=;=;"]],
  ["expect", ["100-continue", "200-ok"]],
  ["forwarded", ["host=evil.example;proto=https", "for=;;"]],
  ["if-modified-since", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"]],
  ["if-none-match", ["*", 'W/"x"']],
  ["cookie", ["__prerender_bypass=x; __next_preview_data=y", "NEXT_LOCALE=%zz"]],
  ["next-action", ["x", "0".repeat(40), "7f".repeat(21)]],
  ["next-resume", ["1"]],
  ["next-router-prefetch", ["1", "2"]],
  ["next-router-segment-prefetch", ["/_tree", "/../x"]],
  ["next-router-state-tree", ["x", "%5B%22%22%5D", "[]", "%5B%22%22%2C%7B%7D%5D"]],
  ["next-url", ["/dashboard", "//evil", "%"]],
  ["origin", ["null", "https://evil.example", "http://localhost"]],
  ["range", ["bytes=0-", "bytes=9-1"]],
  ["rsc", ["1", "x"]],
  ["sec-fetch-site", ["cross-site", "same-origin"]],
  ["upgrade", ["websocket", "h2c"]],
  ["x-forwarded-for", ["1.2.3.4", "::1", "a, b"]],
  ["x-forwarded-host", ["evil.example", "localhost:1, evil"]],
  ["x-forwarded-proto", ["https", "javascript"]],
  ["x-http-method-override", ["DELETE"]],
  ["x-invoke-path", ["/dashboard", "/%ff"]],
  ["x-invoke-query", ["%7B%7D", "%"]],
  ["x-invoke-status", ["500", "404", "x"]],
  ["x-matched-path", ["/api/v1/links", "/%ff"]],
  ["x-middleware-invoke", ["1"]],
  ["x-middleware-rewrite", ["https://evil.example/"]],
  ["x-middleware-subrequest", ["middleware", "src/middleware:src/middleware"]],
  ["x-nextjs-data", ["1"]],
  ["x-now-route-matches", ["1=%ff", "x"]],
  ["x-prerender-revalidate", ["x"]],
  ["x-request-id", ["x", "\u00e9"]],
];

const NASTY_HEADER_VALUES = [
  ...["", " ", "\t", "%", "%zz", "\u00ff\u00fe", "null", "[]", "{", '"', "a".repeat(4000)],
  ...["../../etc/passwd", "a=b; c", ",,,", ";;;", "0", "-1"],
] as [string, ...string[]];

const TYPES = [
  ...["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
  ...["multipart/form-data", "multipart/form-data; boundary=", "text/plain;charset=UTF-8"],
  ...["text/x-component", "application/json; charset=utf-7", "nonsense", "/", "*/*"],
] as [string, ...string[]];

const DISPOSITIONS = [
  ...["Content-Disposition: form-data; name=", "Content-Disposition: attachment; name="],
  ...['Content-Disposition: form-data; filename="x"; name=', "Content-Disposition:", "X: "],
] as [string, ...string[]];

/** What our forms hold. */
const FIELDS = [
  ...["connection", "another", "connect", "link", "reference", "username", "password", "words"],
] as [string, ...string[]];

const BODIES = [
  ...["", "{}", "[]", "null", "{", '"', "[[[[", '{"min_ttl":"x"}', '{"min_ttl":1e999}', "\u0000"],
  ...['{"rejected_generation":-1,"extra":{}}', '{"__proto__":{"a":1}}', "[]".repeat(2000)],
  ...['{"method":"GET","url":"https://evil.example"}', '{"method":"GET","url":"//"}', "["],
  ...[`${"[".repeat(5000)}${"]".repeat(5000)}`, "a".repeat(20_000), "0=%zz&1", "\ud83c\udfe0"],
  ...['["$K1"]', '["$F1"]', '[{"id":"x","bound":null}]', '0:{"a":"$@1"}'],
] as [string, ...string[]];
