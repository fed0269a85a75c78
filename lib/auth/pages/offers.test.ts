import { beforeEach, expect, test, vi } from "vitest";
import { linkOffers, onlyModeAt, scopesOfEach } from "./offers";

beforeEach(() => {
  const variables = {
    MLSCONNECT_BOARDS: "federia caraibes nord",
    MLSCONNECT_SCOPE: "read",
    MLSCONNECT_NORD_SCOPE: "read write",
    MLSCONNECT_CLIENT_ID: "id",
    MLSCONNECT_CLIENT_SECRET: "secret",
    OLX_CLIENT_ID: "id",
    OLX_CLIENT_SECRET: "secret",
    OLX_API_KEY: "key",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

test.each([
  ["olx", "link"],
  ["olx-otodom", "link"],
  ["mlsconnect", null],
  ["mlsconnect-federia", null],
  ["nowhere", null],
  ["", null],
  [null, null],
] as const)("an answer at %s without a flow was for %s", (id, mode) => {
  expect(onlyModeAt(id)).toBe(mode);
});

test.each([
  [[], ["caraibes", "federia", "nord"]],
  [["federia"], ["caraibes", "federia (linked)", "nord"]],
  [["federia", "nord"], ["caraibes"]],
  [["federia", "nord", "caraibes"], []],
])("with %j linked, boards to link are %j", (linked, offered) => {
  const links = linked.map((board) => ({ connection: `mlsconnect-${board}`, aside: null }));
  const boards = linkOffers(links).filter(({ choice }) => choice === "board");
  const options = boards.flatMap((offer) => offer.options);
  const shown = options.map(
    ({ connection, linked }) => `${connection}${linked ? " (linked)" : ""}`,
  );
  expect(shown.map((each) => each.replace("mlsconnect-", "")).toSorted()).toEqual(offered);
});

test("a board whose link is set aside is one to link", () => {
  const link = { connection: "mlsconnect-federia", aside: "other_environment" } as const;
  const options = linkOffers([link]).flatMap((offer) => offer.options);
  expect(options.filter(({ linked }) => linked)).toEqual([]);
});

test.each([
  ["openid", []],
  ["openid email", [{ names: ["Company login"], scopes: ["email"] }]],
])("a company login with the scope %s is asked for %j", async (scope, asked) => {
  const login = { ISSUER: "https://login.acme.example", CLIENT_ID: "id", CLIENT_SECRET: "secret" };
  for (const [name, value] of Object.entries({ ...login, SCOPE: scope }))
    vi.stubEnv(`COMPANY_LOGIN_${name}`, value);
  vi.resetModules();
  const offers = await import("./offers");
  expect(offers.scopesOfEach(["company"])).toEqual(asked);
});

test("boards that are all asked for the same go by their portal's name, and others by their own", () => {
  const alike = ["mlsconnect-federia", "mlsconnect-caraibes"];
  const sites = ["olx-otodom", "olx-storia"];
  expect(scopesOfEach([...alike, ...sites])).toEqual([
    { names: ["MLSConnect"], scopes: ["read"] },
    { names: ["Otodom", "Storia"], scopes: [] },
  ]);
  expect(scopesOfEach([...alike, "mlsconnect-nord", "nowhere"])).toEqual([
    { names: ["Federia", "Caraibes"], scopes: ["read"] },
    { names: ["Nord"], scopes: ["read", "write"] },
  ]);
});
