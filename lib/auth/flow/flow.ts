import "server-only";
import { cookies } from "next/headers";
import { z } from "zod";
import { ExpectedMember } from "@/lib/accounts/linking/expected-member";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { settings } from "@/lib/env";
import { ownCookie } from "../session/session";
import { Mode } from "./problems";
import { ReturnPath } from "./return-path";

/** How long a browser keeps a flow that has expired, so that its end can be explained. */
const REMEMBERED_SECONDS = 60 * 60;

/** More would crowd the request's headers, of which a server takes 16 KB. */
const FLOWS_IN_A_BROWSER = 6;

/** A portal's page left open longer than this must be begun again. */
export const FLOW_SECONDS = 15 * 60;

/** What Auth.js will compare the portal's answer with, by its names for it. OAuth 1.0a has none. */
const Checks = z.partialRecord(z.enum(["state", "nonce", "pkce.code_verifier"]), z.string());
export type Checks = z.infer<typeof Checks>;

/** One trip to a portal and back, as the browser carries it for us, sealed. */
const Flow = z.object({
  /** The hash of the one `state`, or `oauth_token`, that this flow answers to. */
  stateHash: z.string(),
  connection: z.string(),
  mode: Mode,
  /** The connect session that it belongs to, by its id; of mode `connect` only. */
  connectSession: z.string().nullable().default(null),
  returnTo: ReturnPath,
  /** For whom a link flow links: the user and the session, by its hash, that began it. */
  owner: z.object({ user: z.string(), session: z.string() }).nullable(),
  expected: ExpectedMember,
  checks: Checks,
  /** OAuth 1.0a: what the request token came with. */
  requestTokenSecret: z.string().nullable(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  expiresAt: z.number(),
});
export type Flow = z.infer<typeof Flow>;

/** A flow with the `state`, or `oauth_token`, that it was found by: what the browser carries has its hash only. */
export type FoundFlow = Flow & { state: string };

/** Finds the flow that an answer's `state` or `oauth_token` belongs to, if this browser began it. */
export async function findFlow(state: string): Promise<FoundFlow | null> {
  const sealed = (await cookies()).get(flowCookieName(state))?.value;
  const flow = sealed ? await unseal("flow", sealed, Flow) : null;
  return flow?.stateHash === sha256(state) ? { ...flow, state } : null;
}

export function isExpired(flow: Flow, now: Date) {
  return now.getTime() > flow.expiresAt;
}

/** Gives a flow to the browser to carry, and takes the oldest back when it carries too many. */
export async function keepFlow(state: string, begun: Omit<Flow, "stateHash">) {
  const flow: Flow = { ...begun, stateHash: sha256(state) };
  const jar = await cookies();
  const tooMany = (await carriedFlows()).slice(FLOWS_IN_A_BROWSER - 1);
  for (const { name } of tooMany) jar.set({ name, value: "", maxAge: 0, ...ownCookie() });

  const forgottenAt = new Date(flow.startedAt + REMEMBERED_SECONDS * 1000);
  jar.set({
    name: flowCookieName(state),
    value: await seal("flow", flow, forgottenAt),
    maxAge: REMEMBERED_SECONDS,
    ...ownCookie(),
  });
}

/** The flows that this browser carries, the newest first; null for one that cannot be opened any more. */
async function carriedFlows(): Promise<{ name: string; flow: Flow | null }[]> {
  const all = (await cookies()).getAll().filter(({ name }) => name.startsWith(flowCookiePrefix()));
  const carried = await Promise.all(
    all.map(async ({ name, value }) => ({ name, flow: await unseal("flow", value, Flow) })),
  );
  const startOf = ({ flow }: { flow: Flow | null }) => flow?.startedAt ?? 0;
  return carried.toSorted((one, other) => startOf(other) - startOf(one));
}

/**
 * Where to tell of an answer that cannot be placed: the page of the connect session for which this browser was last sent to that
 * connection, or to that portal; null where it was sent for something else, or not at all. Nothing but that page depends on it.
 */
export async function connectPageFor(
  isThere: (connection: string) => boolean,
): Promise<ReturnPath | null> {
  const newest = (await carriedFlows()).find(({ flow }) => flow && isThere(flow.connection))?.flow;
  return newest?.mode === "connect" ? newest.returnTo : null;
}

/** `__Host-` binds a cookie to this host and to https; without https a browser would refuse it. */
function flowCookiePrefix() {
  return `${settings().secure ? "__Host-" : ""}portico.flow.`;
}

export function flowCookieName(state: string) {
  return flowCookiePrefix() + sha256(state);
}
