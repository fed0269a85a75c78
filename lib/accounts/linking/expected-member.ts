import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import { RevocableLink } from "../revocation/queue";

/** Whose tokens a link flow may come back with. */
export const ExpectedMember = z.discriminatedUnion("who", [
  /** Any member's, as long as the user has no link at the connection. Where the portal names no member, always. */
  z.object({ who: z.literal("first") }),
  /** Any member's, beside those who are linked already. */
  z.object({ who: z.literal("another") }),
  /** Those of the member that this link has: the link is being renewed. */
  z.object({ who: z.literal("same"), link: z.string() }),
  /** Those of a member who came back instead of another, and was then asked for. */
  z.object({ who: z.literal("this"), member: z.string() }),
]);
export type ExpectedMember = z.infer<typeof ExpectedMember>;

const StoredLink = RevocableLink.extend({
  toldBroken: z.boolean(),
  toldDays: z.number().nullable(),
});
const ExistingLink = StoredLink.extend({
  /** Whether its user is one that a client has brought here: such a user has no way in. */
  ofClient: z.boolean(),
});

/** A link that is there already under the key of the member who has come back, with the tokens it has. */
export type ExistingLink = z.infer<typeof ExistingLink>;

/**
 * What a link is found by at its connection: the portal's own id of the member. Where the portal names no member each link
 * has a key of its own, `<environment>:<link id>`: that of the link to be renewed, or a new one.
 */
export function linkKey(
  { environment }: Pick<Connection, "environment">,
  memberId: string | null,
  expected: ExpectedMember,
): string {
  if (memberId !== null) return memberId;
  return keyOfLink(environment, expected.who === "same" ? expected.link : randomUUID());
}

/** The key of a link whose portal names no member. */
export function keyOfLink(environment: string, linkId: string): string {
  return `${environment}:${linkId}`;
}

/** The id that a link's own key holds. */
export function idInKey({ environment }: Pick<Connection, "environment">, key: string): string {
  return key.slice(keyOfLink(environment, "").length);
}

/**
 * The link that a flow has come back for, locked: a refresh may be about to give it other tokens. Of a sign-in its user is locked
 * first, as everywhere: in another order, two transactions could wait for each other. Where the portal names no member, the
 * flow names the link, and only one of its own user is found that way.
 */
export async function lockLink(
  tx: Transaction,
  { id: provider, environment }: Connection,
  member: Pick<Member, "id">,
  { expected, owner }: { expected: ExpectedMember; owner: { user: string } | null },
): Promise<ExistingLink | null> {
  if (member.id !== null) {
    const key = Prisma.sql`provider = ${provider} AND "providerAccountId" = ${member.id}`;
    return owner ? lockWhere(tx, key) : lockWithUser(tx, key);
  }
  if (expected.who !== "same" || !owner) return null;
  const own = Prisma.sql`id = ${expected.link} AND "userId" = ${owner.user}`;
  return lockWhere(
    tx,
    Prisma.sql`${own} AND provider = ${provider} AND environment = ${environment}`,
  );
}

const columns = Prisma.raw(
  Object.keys(StoredLink.shape)
    .map((name) => `"${name}"`)
    .join(", "),
);

function ofClient(tx: Transaction) {
  return Prisma.sql`
    (SELECT "ofClient" FROM ${table(tx, "User")} AS owner WHERE owner.id = link."userId") AS "ofClient"`;
}

async function lockWhere(tx: Transaction, condition: Prisma.Sql): Promise<ExistingLink | null> {
  return first(
    await tx.$queryRaw`SELECT ${columns}, ${ofClient(tx)} FROM ${table(tx, "Account")} AS link WHERE ${condition} FOR NO KEY UPDATE OF link`,
  );
}

/** Null also when the link has got another user meanwhile: then no second one can be made, and it is tried again. */
async function lockWithUser(tx: Transaction, key: Prisma.Sql): Promise<ExistingLink | null> {
  return first(
    await tx.$queryRaw`
      WITH owner AS MATERIALIZED (
        SELECT id FROM ${table(tx, "User")} WHERE id = (SELECT "userId" FROM ${table(tx, "Account")} WHERE ${key})
        FOR NO KEY UPDATE)
      SELECT ${columns}, ${ofClient(tx)} FROM ${table(tx, "Account")} AS link
      WHERE ${key} AND "userId" = (SELECT id FROM owner) FOR NO KEY UPDATE OF link`,
  );
}

function first(rows: unknown): ExistingLink | null {
  return z.array(ExistingLink).parse(rows)[0] ?? null;
}

/** A link's member is pinned: another does not slip in beside it unless the user has asked for that. */
export async function isExpected(
  tx: Transaction,
  connection: Connection,
  {
    expected,
    member,
    found,
    owner,
  }: {
    expected: ExpectedMember;
    member: string;
    found: ExistingLink | null;
    owner: string;
  },
): Promise<boolean> {
  const { id: provider, environment } = connection;
  switch (expected.who) {
    case "another":
      return true;
    case "this":
      return found !== null || member === expected.member;
    case "first":
      return (
        found !== null ||
        (await tx.account.count({ where: { userId: owner, provider, environment } })) === 0
      );
    case "same":
      return (
        found?.id === expected.link ||
        (await tx.account.count({ where: { id: expected.link, userId: owner } })) === 0
      );
  }
}
