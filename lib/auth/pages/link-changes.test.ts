import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { Jar } from "../testing";

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} }));
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers(),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  at.jar = new Jar();
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "id",
    MLSCONNECT_CLIENT_SECRET: "secret",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await memory.close();
});

/** A user who is signed in, with one link. */
async function memberOf(board: string) {
  const account = {
    ...{ type: "oauth", provider: `mlsconnect-${board}`, providerAccountId: "ql4Jgm" },
    ...{ environment: "production", member: {} },
  };
  const { id, accounts } = await memory.client.user.create({
    data: { accounts: { create: account } },
    include: { accounts: true },
  });
  const user = { id, name: null, email: null, image: null, language: null };
  const session = { user, hash: "hash", expires: new Date() };
  return { session, link: accounts[0]?.id ?? "" };
}

const aboutFederia = "connection=mlsconnect-federia";

test("a check is told on the page where it was asked, and where there is one still", async () => {
  const { checkHere } = await import("./link-changes");
  const { session, link } = await memberOf("federia");
  const page = `/dashboard/links/${link}`;
  expect(await checkHere(session, link, "link")).toBe(`${page}?done=checked&${aboutFederia}`);
  const told = `/dashboard?done=checked&${aboutFederia}`;
  expect(await checkHere(session, link, "dashboard")).toBe(told);
  expect(await checkHere(session, null, "dashboard")).toBe("/dashboard?done=checked");
  await memory.client.account.deleteMany();
  expect(await checkHere(session, link, "link")).toBe("/dashboard");
});

test("what is stopped or refused on the page of a link is told there", async () => {
  const { endGrantHere, unlinkHere } = await import("./link-changes");
  const { session, link } = await memberOf("federia");
  const page = `/dashboard/links/${link}`;
  const user = { externalId: "7", grants: { create: { accountId: link } } };
  await memory.client.client.create({
    data: { id: "acme", name: "Acme", returnUrls: [], users: { create: user } },
  });
  const ended = await endGrantHere(session, link, "acme");
  expect(ended).toBe(`${page}?done=grant_ended&${aboutFederia}`);
  expect(await endGrantHere(session, link, "acme")).toBe(page);
  expect(await endGrantHere(session, "gone", "acme")).toBe("/dashboard");
  expect(await unlinkHere(session, link)).toContain(`${page}?problem=last_way_in&${aboutFederia}`);
});

test("where our records do not answer, the page on which it was asked says so", async () => {
  const { checkHere, endGrantHere, leaveElsewhere, nameLinkHere, unlinkHere } = await import(
    "./link-changes"
  );
  const { session, link } = await memberOf("federia");
  at.client = null;
  const told = await Promise.all([
    checkHere(session, link, "link"),
    endGrantHere(session, link, "acme"),
    nameLinkHere(session, link, "Lisboa"),
    unlinkHere(session, link),
    checkHere(session, null, "dashboard"),
    leaveElsewhere(session),
  ]);
  const page = `/dashboard/links/${link}`;
  const overview = "/dashboard"; // also after unlinking, which may have been done before the answer was lost
  const pages = [page, page, page, overview, overview, "/dashboard/account"];
  expect(told.map((path) => path.split("&")[0])).toEqual(
    pages.map((each) => `${each}?problem=unavailable`),
  );
});

test("an account that is deleted is said to be, and one that has just become another's is not", async () => {
  const { deleteAccountHere } = await import("./link-changes");
  const { session } = await memberOf("federia");
  expect(await deleteAccountHere(session)).toBe("/sign-in?done=account_deleted");
  expect(await deleteAccountHere(session)).toMatch(
    /^\/sign-in\?problem=session_changed&reference=/,
  );
});
