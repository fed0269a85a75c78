import type { Connection } from "./connections";
import type { Portal } from "./portal";
import { tokenOriginOf } from "./shared-secrets";
import { prefixOf, type VariableReader } from "./variables";

type Uncalled = Omit<Connection, "callbackPath">;

/**
 * Gives the connections of one portal their callbacks: one each, or one that they share, where the flow says which it is.
 *
 * Only connections with the same authorization and token origins share. Otherwise a hostile board could send a person on to
 * another board with its own `state`, and would be given the code that comes back: RFC 9700 section 4.4.2. Where the
 * portal's file says `shared`, one token origin is enough: it is one registration.
 */
export function withCallbacks(
  portal: Portal,
  connections: readonly Uncalled[],
  reader: VariableReader,
): Connection[] {
  if (portal.protocol === "oauth1") {
    return connections.map((each) => ({
      ...each,
      callbackPath: `/api/oauth1/${each.id}/callback`,
    }));
  }
  const declared = portal.protocol === "oauth2" ? portal.callback : undefined;
  const said =
    portal.signIn === "only"
      ? null
      : reader.oneOf(`${prefixOf(portal)}_CALLBACK`, ["own", "shared"]);
  const sharing =
    (said ?? declared) === "shared" ? largestGroup(connections, declared === "shared") : [];
  return connections.map((each) => {
    if (sharing.includes(each)) {
      return { ...each, callbackPath: `/users/auth/${portal.id}/callback` };
    }
    const callbackPath = `/api/auth/callback/${each.id}`;
    if ((said ?? declared) === "shared") {
      reader.note(
        `${each.id} has the callback ${callbackPath} and not the shared one: ${whyNot(each)}. Register it there.`,
      );
    }
    return { ...each, callbackPath };
  });
}

/** The connections of production that most have the same origins with; the first listed, where two groups are as large. */
function largestGroup(connections: readonly Uncalled[], byTokenOriginAlone: boolean) {
  const groups = new Map<string, Uncalled[]>();
  for (const each of connections) {
    if (each.environment !== "production") continue;
    const origins = [byTokenOriginAlone ? null : authorizationOriginOf(each), tokenOriginOf(each)];
    const key = origins.join(" ");
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
}

function authorizationOriginOf({ endpoints, issuer }: Uncalled): string | null {
  const address = endpoints.AUTHORIZATION ?? issuer;
  return address && URL.canParse(address) ? new URL(address).origin : null;
}

function whyNot({ environment }: Uncalled) {
  return environment === "production"
    ? "its addresses for authorization and tokens are not those of the others"
    : `it is a ${environment} connection`;
}
