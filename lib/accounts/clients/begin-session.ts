import "server-only";
import { connections as all } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";
import { type ConnectSession, createSession, type NewConnectSession } from "../connect/sessions";
import { findListedLink } from "./listed-links";
import { wayBackProblem } from "./return-url";
import { maySee, type ServiceKey } from "./service-keys";

type Wish = Omit<NewConnectSession, "client" | "connections"> & {
  /** Null is all that the key may see. */
  connections: readonly string[] | null;
};

export type Begun =
  | { kind: "begun"; session: ConnectSession; secret: string }
  /** None that is granted to the client for this user. */
  | { kind: "no_such_link" }
  | { kind: "invalid"; errors: { pointer: string; detail: string }[] };

/** Begins a connect session, if the client may ask for what it asks for. */
export async function beginSession(key: ServiceKey, wish: Wish): Promise<Begun> {
  const { client } = key;
  const db = await database();
  const registered = client && (await db.client.findUnique({ where: { id: client } }));
  if (!registered) return { kind: "no_such_link" }; // removed, and its keys with it
  const errors: { pointer: string; detail: string }[] = [];
  const problem = wayBackProblem(registered.returnUrls, wish.returnUrl);
  if (problem) errors.push({ pointer: "#/return_url", detail: problem });
  if (wish.link !== null && wish.connections !== null) {
    errors.push({ pointer: "#/connections", detail: "must not be there beside a link" });
  }
  const visible = all()
    .filter(({ id }) => maySee(key, id))
    .map(({ id }) => id);
  (wish.connections ?? []).forEach((each, at) => {
    if (!visible.includes(each)) {
      errors.push({ pointer: `#/connections/${at}`, detail: "must be a connection of this key" });
    }
  });
  if (errors.length > 0) return { kind: "invalid", errors };
  const link = wish.link === null ? null : await findListedLink(key, wish.link);
  if (wish.link !== null && link?.externalId !== wish.user.externalId) {
    return { kind: "no_such_link" };
  }
  const connections = link ? [link.connection] : [...new Set(wish.connections ?? visible)];
  return {
    kind: "begun",
    ...(await createSession({ ...wish, client: registered.id, connections })),
  };
}
