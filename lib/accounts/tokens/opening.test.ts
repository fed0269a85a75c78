import { afterEach, beforeEach, expect, test } from "vitest";
import { poolUnder } from "@/lib/db/client";
import type { Session } from "@/lib/db/migrations";
import { memoryDatabase } from "@/lib/db/testing";
import { openEveryToken } from "./opening";
import { Vault } from "./vault";

const key = (kid: string) => ({ kid, key: new Uint8Array(32).fill(kid.charCodeAt(1)) });
const k1 = new Vault([key("k1")]);
const k2 = new Vault([key("k2")]);

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let session: Session;

beforeEach(async () => {
  memory = await memoryDatabase();
  const pool = poolUnder(memory.client);
  const query: Session["query"] = (statement, values) => pool.query(statement, values);
  session = { query, script: query };
});

afterEach(() => memory.close());

async function link(id: string, vault: Vault, sealedFor = id) {
  await memory.client.account.create({
    data: {
      id,
      ...{ type: "oauth", provider: "olx-otodom", providerAccountId: id, environment: "sandbox" },
      ...{ member: {}, kid: vault.kid, user: { create: {} } },
      access_token: await vault.seal("a", { accountId: sealedFor, column: "access_token" }),
      refresh_token: await vault.seal("r", { accountId: sealedFor, column: "refresh_token" }),
    },
  });
}

test("every token of every table is opened", async () => {
  for (const id of ["a", "b", "c"]) await link(id, id === "b" ? k2 : k1);
  await memory.client.revocation.create({
    data: {
      ...{ id: "r", userId: "u", connection: "olx-otodom", environment: "sandbox", member: "m" },
      access_token: await k1.seal("t", { revocationId: "r", column: "access_token" }),
    },
  });
  const seen: number[] = [];
  const both = new Vault([key("k2"), key("k1")]);
  const opening = await openEveryToken(session, both, ({ done, of }) => seen.push(done, of));
  expect(opening).toEqual({ opened: 7, unread: [] });
  expect(seen).toEqual([3, 4, 4, 4]);
});

test("each that does not open is named, and the first few are enough", async () => {
  await link("a", k1);
  await link("b", k2);
  await link("c", k1, "elsewhere");
  const { opened, unread } = await openEveryToken(session, k1);
  expect(opened).toBe(2);
  expect(unread).toEqual([
    'Account b, access_token: There is no key "k2" in TOKEN_KEYS',
    'Account b, refresh_token: There is no key "k2" in TOKEN_KEYS',
    "Account c, access_token: It belongs elsewhere",
    "Account c, refresh_token: It belongs elsewhere",
  ]);
  await link("d", k2);
  expect((await openEveryToken(session, k1)).unread).toHaveLength(5);
});
