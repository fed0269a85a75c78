import "server-only";
import { z } from "zod";
import { findLinkable } from "@/lib/conversation/configuration";

/** Where flows may end: pages of ours, never an address from outside. */
export const ReturnPath = z.union([
  z.literal("/dashboard"),
  z.templateLiteral(["/dashboard?connect=", z.string().regex(/^[a-z0-9-]{1,100}$/)]),
  z.templateLiteral(["/connect/s/", z.string().regex(/^[\w-]{43}$/)]),
]);
export type ReturnPath = z.infer<typeof ReturnPath>;

/** The id of the connection that a team's software has sent a user to connect, as a page's query or a form says it. */
export function connectIn({ connect }: Record<string, unknown>): string | null {
  return typeof connect === "string" ? (findLinkable(connect)?.id ?? null) : null;
}

export function dashboardFor(connect: string | null): ReturnPath {
  return connect ? `/dashboard?connect=${connect}` : "/dashboard";
}

/** The same for who has to sign in first. */
export function signInPathFor(connect: string | null): string {
  return connect ? `/sign-in?connect=${connect}` : "/sign-in";
}

/** Whether a path is the page of a connect session, where everything about its flows is told. */
export function isConnectPage(path: string): boolean {
  return path.startsWith("/connect/s/");
}

/** The door that leads to where a flow was to end. */
export function signInPath(returnTo: ReturnPath): string {
  return signInPathFor(new URL(returnTo, "http://localhost").searchParams.get("connect"));
}
