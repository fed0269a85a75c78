import "server-only";
import { PrismaAdapter } from "@auth/prisma-adapter";
import type { Adapter, AdapterAccount } from "next-auth/adapters";
import type { Database, Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, type Write } from "@/lib/db/together";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import type { LinkColumns } from "./link-columns";

/** A link that does not exist yet. */
export type NewLink = {
  id: string;
  userId: string;
  connection: Connection;
  /** What it will be found by at its connection. */
  key: string;
  /** A name of the user's own for it. */
  label?: string | null;
  /** Whether its tokens were pasted: without an ID token it proves no sign-in. */
  byKeys?: boolean;
  columns: LinkColumns;
};

/**
 * Auth.js's Prisma adapter over one transaction, with what it lacks: a link's new tokens replace the old ones. Linking, renewing
 * and moving links write `Account` rows through it and in no other way.
 */
export function linkingAdapter(tx: Transaction) {
  // The adapter is typed for a whole client. It uses the model methods only, which a transaction has too.
  const prisma = PrismaAdapter(tx as Database) as Required<Adapter>;
  return {
    /** @returns the new user's id */
    async createUser({ name, email, image }: Pick<Member, "name" | "email" | "image">) {
      // Auth.js's type demands an id and an address. The database makes the id, and an address is not needed.
      const address = email as string;
      const user = { id: "", name, email: address, image, emailVerified: null };
      return (await prisma.createUser(user)).id;
    },

    async linkAccount({
      id,
      userId,
      connection,
      key,
      label,
      byKeys,
      columns,
    }: NewLink): Promise<void> {
      const account = {
        id,
        userId,
        type: connection.portal.protocol === "openid" && !byKeys ? "oidc" : "oauth",
        provider: connection.id,
        providerAccountId: key,
        environment: connection.environment,
        ...(label && { label }),
        ...columns,
      };
      await prisma.linkAccount(account as unknown as AdapterAccount); // our columns are null where Auth.js has them absent
    },
  };
}

type Renewal = Omit<LinkColumns, "token_type" | "member"> & Partial<LinkColumns>;

/** What gives a link new tokens, and another user where one is named. Each renewal is a new generation. */
export function renewalOf(
  tx: Transaction,
  id: string,
  columns: Renewal & { userId?: string },
): Write {
  const set = Object.entries({ ...columns, updatedAt: new Date() }).map(
    ([name, value]) => Prisma.sql`${Prisma.raw(`"${name}"`)} = ${parameterOf(value)}`,
  );
  return Prisma.sql`
    UPDATE ${table(tx, "Account")} SET ${Prisma.join(set)}, generation = generation + 1 WHERE id = ${id}`;
}

function parameterOf(value: Exclude<Renewal[keyof Renewal], undefined> | string): Prisma.Sql {
  if (value instanceof Date) return moment(value);
  if (typeof value === "object" && value !== null)
    return Prisma.sql`${JSON.stringify(value)}::jsonb`;
  return Prisma.sql`${value}`;
}

/**
 * What Auth.js itself is given. It finds no one: whose a link is, `complete()` looks up. Everything that Auth.js could write is
 * written there, so an attempt of its own must fail.
 */
export function emptyAdapter(): Adapter {
  const refuse = () => {
    throw new Error("Only complete() writes users, links and sessions");
  };
  return {
    getUserByAccount: () => null,
    getUserByEmail: () => null, // an address identifies no user
    getUser: refuse,
    createUser: refuse,
    updateUser: refuse,
    linkAccount: refuse,
    createSession: refuse,
    getSessionAndUser: refuse,
    updateSession: refuse,
    deleteSession: refuse,
  };
}
