import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { connectCookieName, connectCookies } from "./connect-cookie.mjs";

const secret = "s".repeat(43);
const page = `/connect/s/${secret}`;

const at = (origin: string, url: string, more: object = {}) =>
  connectCookies({ method: "GET", url, headers: {}, ...more } as IncomingMessage, origin);

test("a look at a session's page gives a cookie of its own, bound to us", () => {
  const [cookie, ...others] = at("https://portico.example", page);
  const name = connectCookieName(secret, "https://portico.example");
  expect(name).toMatch(/^__Host-portico\.connect\./);
  expect(cookie).toMatch(
    new RegExp(`^${name}=\\w+\\.[\\w-]{43}; .*Path=/; HttpOnly; SameSite=Lax; Secure$`),
  );
  expect(others).toEqual([]);
  expect(at("https://portico.example", page)[0]).not.toBe(cookie);
  const local = at("http://localhost:3000", `${page}?problem=timed_out`)[0];
  expect(local).toMatch(/^portico-3000\.connect\./);
  expect(local).not.toContain("Secure");
});

test("nothing else does: no other method, no other page, and not a second time", () => {
  const origin = "http://localhost:3000";
  for (const method of ["HEAD", "POST", "OPTIONS"])
    expect(at(origin, page, { method })).toEqual([]);
  for (const url of ["/", "/connect/s/short", `${page}/back`, `${page}x`, "/connect/olx"]) {
    expect([url, at(origin, url)]).toEqual([url, []]);
  }
  const cookie = `${connectCookieName(secret, origin)}=mi1.abc`;
  expect(at(origin, page, { headers: { cookie } })).toEqual([]);
});

test("a browser carries six at most: the oldest go", () => {
  const origin = "http://localhost:3000";
  const names = Array.from({ length: 7 }, (_, n) =>
    connectCookieName(String(n).repeat(43), origin),
  );
  const cookie = names.map((name, n) => `${name}=${(1_000 + n).toString(36)}.x`).join("; ");
  const [, ...gone] = at(origin, page, { headers: { cookie } });
  expect(gone.map((each) => each.split("=")[0]).toSorted()).toEqual(names.slice(0, 2).toSorted());
  for (const each of gone) expect(each).toContain("Max-Age=0");
});
