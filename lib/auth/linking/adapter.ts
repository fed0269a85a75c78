import "server-only";
import { PrismaAdapter } from "@auth/prisma-adapter";
import type { Adapter } from "next-auth/adapters";
import type { Database, Transaction } from "@/lib/db/database";
import { hashOf } from "../session/sealed";

/**
 * What we use of Auth.js's Prisma adapter, with session tokens stored as hashes: who reads the table is not signed in.
 * Its other methods would look for the token itself.
 */
export function adapterFor(db: Database | Transaction) {
  // The adapter is typed for a whole client and uses the model methods only, which a transaction has too.
  const prisma = PrismaAdapter(db as Database) as Required<Adapter>;
  const { getUserByAccount, createUser, linkAccount } = prisma;
  return {
    getUserByAccount,
    createUser,
    linkAccount,
    createSession: (session) =>
      prisma.createSession({ ...session, sessionToken: hashOf(session.sessionToken) }),
  } satisfies Adapter;
}

/**
 * What Auth.js itself is given: it may look. Users, links and sessions come into being in `complete()` alone, so if
 * Auth.js ever tried by itself it must fail.
 */
export function adapterForAuthJs(db: Database): Adapter {
  const refuse = () => {
    throw new Error("Only complete() writes users, links and sessions");
  };
  return {
    getUserByAccount: adapterFor(db).getUserByAccount,
    getUserByEmail: () => null, // an address identifies nobody
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
