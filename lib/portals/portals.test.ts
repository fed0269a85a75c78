import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { addressProblem } from "@/lib/oauth/address";
import { connectionsFrom } from "./connections";
import { google } from "./fixtures/google";
import { microsoft } from "./fixtures/microsoft";
import { twitter } from "./fixtures/twitter";
import { withings } from "./fixtures/withings";
import type { Portal } from "./portal";
import { portals } from "./registry";
import { prefixOf } from "./variables";

/** What must hold for every portal, also for the next one. */

test("ids are unique and fit an address and a variable's name", () => {
  expect(new Set(portals.map(({ id }) => id)).size).toBe(portals.length);
  for (const { id } of portals) expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
});

const all: readonly Portal[] = [...portals, google, microsoft, withings, twitter];

test.each(all)("$name: every address is an https address", (portal) => {
  const choices = Object.values(portal.choice?.published ?? {});
  const addresses = [
    portal.docs,
    ...(portal.protocol === "openid" && portal.issuer ? [portal.issuer] : []),
    ...[
      portal.endpoints,
      ...Object.values(portal.environments ?? {}),
      ...choices.map(({ endpoints }) => endpoints),
    ].flatMap((endpoints) => Object.values(endpoints ?? {})),
  ];
  for (const address of addresses) {
    expect(addressProblem(address)).toBeNull();
    expect(address).toMatch(/^https:/);
  }
});

test.each(all)("$name: it has the addresses that its protocol asks", (portal) => {
  const asked = {
    oauth2: ["AUTHORIZATION", "TOKEN"],
    openid: [],
    oauth1: ["REQUEST_TOKEN", "AUTHORIZATION", "ACCESS_TOKEN"],
  }[portal.protocol];
  const member = portal.member.record === "none" ? [] : ["MEMBER"];
  const choices = Object.values(portal.choice?.published ?? { only: { endpoints: {} } });
  const environments = Object.values(portal.environments ?? {}).filter((each) => each !== null);
  for (const endpoints of [
    ...choices.map((choice) => ({ ...portal.endpoints, ...choice.endpoints })),
    ...environments,
  ]) {
    expect(Object.keys(endpoints)).toEqual(expect.arrayContaining([...asked, ...member]));
  }
});

test("what shares a callback shares a token endpoint: each portal has its own callbacks (RFC 9700 4.4.2.2)", () => {
  const { connections, errors } = connectionsFrom(portals, {
    MLSCONNECT_BOARDS: "federia caraibes",
    MLSCONNECT_CALLBACK: "shared",
    OLX_API_KEY: "key",
    SPARK_OAUTH2_ROLES: "private idx",
    COMPANY_LOGIN_ISSUER: "https://login.acme.example",
    ...Object.fromEntries(
      portals.flatMap((portal) => [
        [`${prefixOf(portal)}_CLIENT_ID`, "client"],
        [`${prefixOf(portal)}_CLIENT_SECRET`, "client-secret"],
      ]),
    ),
  });
  expect(errors).toEqual([]);
  expect(new Set(connections.map(({ portal }) => portal.id)).size).toBe(portals.length);
  const callbacks = new Set(connections.map(({ callbackPath }) => callbackPath));
  const ends = connections.map(({ callbackPath, portal, endpoints: { TOKEN } }) =>
    [callbackPath, portal.id, TOKEN].join(" "),
  );
  expect(new Set(ends).size).toBe(callbacks.size);
  expect(callbacks.size).toBeLessThan(connections.length); // some are shared
});

test.each(all)("$name: its monogram can be read on its colour", ({ monogram, colour }) => {
  expect(monogram).toMatch(/^\p{L}[\p{L}\d]?$/u);
  expect(contrastWithWhite(colour)).toBeGreaterThanOrEqual(4.5);
});

const identified = portals.filter(({ member }) => member.identified);
const proving = portals.filter(({ member }) => member.record === "required");

test("only a portal that names its members may sign them in", () => {
  for (const { signIn, member } of portals) if (signIn) expect(member.identified).toBe(true);
});

test.each(proving)("$name: what is not a member is refused", ({ member }) => {
  for (const body of [null, {}, [], "", { error: "invalid_token" }, { id: "" }, { D: {} }]) {
    expect(() => member.read({ claims: {}, record: recordOf(body) })).toThrow();
  }
  expect(() => member.read({ claims: null, record: null })).toThrow();
});

/** A member record with this id, in the form of each portal that has one. */
function bodiesWith(id: unknown) {
  return [{ id }, { D: { Success: true, Results: [{ Id: id }] } }];
}

test.each(identified)("$name: an id that cannot be kept as it is, is refused", ({ member }) => {
  for (const id of ["", "a\u0000b", "\ud800", " x", "x".repeat(256), 2 ** 60, null, {}]) {
    for (const body of bodiesWith(id)) {
      expect(() => member.read({ claims: { sub: id }, record: recordOf(body) })).toThrow();
    }
  }
});

test.each(identified)(
  "$name: a good id is a member's, and nothing else is needed",
  ({ member }) => {
    const id = "20080917142739989238000000";
    const read = bodiesWith(id).flatMap((body) => {
      try {
        return member.read({ claims: { sub: id }, record: recordOf(body) });
      } catch {
        return [];
      }
    });
    expect(read, "no form in `bodiesWith` is this portal's").not.toEqual([]);
    expect(read[0]).toMatchObject({ id, name: null, email: null });
  },
);

test("what answers an application itself is under the API, and knows the application", () => {
  const opened = portals.filter(({ applicationPaths }) => applicationPaths);
  expect(opened).not.toEqual([]);
  for (const { name, protocol, headers, apiPaths, applicationPaths = [] } of opened) {
    for (const path of applicationPaths) {
      if (apiPaths)
        expect(
          apiPaths.some((each) => path.startsWith(each)),
          name,
        ).toBe(true);
    }
    const byKey = Object.values(headers ?? {}).includes("API_KEY");
    expect(protocol === "oauth1" || byKey, name).toBe(true);
  }
});

test("keys that can be pasted are proved before they are kept", () => {
  for (const { linkByKeys, member, protocol, name } of portals) {
    if (!linkByKeys) continue;
    expect(member.record, name).not.toBe("none");
    expect(linkByKeys.includes("token_secret"), name).toBe(protocol === "oauth1");
  }
});

test("no key that can be pasted signs anyone in", () => {
  for (const { linkByKeys, signIn, member, protocol, name } of portals) {
    if (!linkByKeys || !signIn) continue;
    expect(protocol, name).toBe("openid"); // where only an ID token does
    const account = { D: { Success: true, Results: [{ Id: "7" }] } };
    const pasted = member.read({ claims: null, record: recordOf(account) });
    expect(() => member.read({ claims: { sub: pasted.id }, record: null }), name).toThrow();
  }
});

test.each(portals.filter(({ protocol }) => protocol === "openid"))(
  "$name: the id of a member is the `sub` that a refresh is compared with",
  ({ member }) => {
    expect(member.read({ claims: { sub: "7f3a" }, record: null }).id).toBe("7f3a");
  },
);

test.each(portals)("$name: .env.example names its variables", (portal) => {
  const example = readFileSync(".env.example", "utf8");
  expect(example).toContain(`${prefixOf(portal)}_`);
  if (portal.choice) expect(example).toContain(`${prefixOf(portal)}_${portal.choice.listedIn}=`);
});

test("a portal that only signs people in has no choice, no API and nothing to take back: its id is its connection's", () => {
  for (const { name, signIn, ...portal } of portals) {
    if (signIn !== "only") continue;
    expect(portal, name).not.toHaveProperty("choice");
    expect(portal, name).not.toHaveProperty("revocation");
    expect(portal.member.record, name).toBe("none");
    expect(portal.endpoints, name).toEqual({});
  }
});

function recordOf(body: unknown) {
  return { body, headers: new Headers() };
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrastWithWhite(colour: string) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}
