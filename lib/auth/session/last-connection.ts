import "server-only";
import { cookies } from "next/headers";
import { findConnection } from "@/lib/conversation/configuration";
import { ownCookie } from "./session";

const NAME = "portico.last-connection";
const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** The connection that was last signed in with on this device, if there still is such a connection. */
export async function lastConnection(): Promise<string | null> {
  const id = (await cookies()).get(NAME)?.value;
  return (id && findConnection(id)?.id) || null;
}

export function lastConnectionCookie(id: string) {
  return { name: NAME, value: id, maxAge: ONE_YEAR_SECONDS, ...ownCookie() };
}
