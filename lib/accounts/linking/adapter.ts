import "server-only";
import { PrismaAdapter } from "@auth/prisma-adapter";
import type { Adapter, AdapterAccount } from "next-auth/adapters";
import type { Database, Transaction } from "@/lib/db/database";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import { sha256 } from "../tokens/sha256";
import type { LinkColumns } from "./link-columns";

/** A link that does not exist yet. */
export type NewLink = {
  id: string;
  userId: string;
  connection: Connection;
  /** What it will be found by at its connection. */
  key: string;
  /** Whether its tokens were pasted: without an ID token it proves no sign-in. */
  byKeys?: boolean;
  columns: LinkColumns;
};

/**
 * Auth.js's Prisma adapter over one transaction, with what it lacks: a link's new tokens replace the old ones, and session
 * tokens are stored as hashes. Linking, renewing and moving links write `Account` rows through it and in no other way.
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

    async linkAccount({ id, userId, connection, key, byKeys, columns }: NewLink): Promise<void> {
      const account = {
        id,
        userId,
        type: connection.portal.protocol === "openid" && !byKeys ? "oidc" : "oauth",
        provider: connection.id,
        providerAccountId: key,
        environment: connection.environment,
        ...columns,
      };
      await prisma.linkAccount(account as unknown as AdapterAccount); // our columns are null where Auth.js has them absent
    },

    /** Gives a link new tokens, and another user where one is named. Each renewal is a new generation. */
    async renewAccount(
      id: string,
      columns: Omit<LinkColumns, "token_type" | "member"> & Partial<LinkColumns>,
      userId?: string,
    ): Promise<void> {
      await tx.account.update({
        where: { id },
        data: { ...columns, ...(userId && { userId }), generation: { increment: 1 } },
      });
    },

    async createSession({
      token,
      userId,
      expires,
    }: {
      token: string;
      userId: string;
      expires: Date;
    }) {
      await prisma.createSession({ sessionToken: sha256(token), userId, expires });
    },
  };
}

/**
 * What Auth.js itself is given. It may look whose a link is; everything else it could write is written by `complete()`, so
 * an attempt of Auth.js's own must fail.
 */
export function readOnlyAdapter(db: Database): Adapter {
  const refuse = () => {
    throw new Error("Only complete() writes users, links and sessions");
  };
  const { getUserByAccount } = PrismaAdapter(db) as Required<Adapter>;
  return {
    getUserByAccount,
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
