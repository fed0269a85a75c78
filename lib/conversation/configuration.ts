import "server-only";
import { building, settings, settingsFrom, variables } from "@/lib/env";
import { type Connection, connectionsFrom, variablesOf } from "@/lib/portals/connections";
import { portals } from "@/lib/portals/registry";
import { tracesErrors } from "@/lib/process/traces/wanted";
import { debuggingNotices, proxyErrors } from "./surroundings";

/** Every sentence about what is wrong with this deployment's variables; none means it may start. */
export function configurationErrors(): string[] {
  const given = variables();
  return [...settingsFrom(given).errors, ...connectionsFrom(portals, given).errors];
}

/** The same for the app, which asks portals; most commands ask none. */
export function errorsAtStart(): string[] {
  return [...configurationErrors(), ...proxyErrors(variables()), ...tracesErrors(variables())];
}

/** Every sentence about what this deployment's variables do that may surprise; it starts all the same. */
export function configurationNotices(): string[] {
  const given = variables();
  return [...connectionsFrom(portals, given).notices, ...debuggingNotices(given)];
}

let resolved: readonly Connection[] | null = null;

/** This deployment's connections, in the order of the registry and of its lists. The start has checked them. */
export function connections(): readonly Connection[] {
  if (building()) return [];
  resolved ??= connectionsFrom(portals, variables()).connections;
  return resolved;
}

/** Those that links are made at: all that do more than sign people in. */
export function linkableConnections(): readonly Connection[] {
  return connections().filter(({ login }) => login === null);
}

/** Looks a connection up; what a form or an address says is never used for anything else. */
export function findConnection(id: string): Connection | null {
  return connections().find((connection) => connection.id === id) ?? null;
}

/** The same among those that links are made at. */
export function findLinkable(id: string): Connection | null {
  return linkableConnections().find((connection) => connection.id === id) ?? null;
}

/** The variable that names this client; null where none does. */
export function settingThatNames(client: string): string | null {
  const named = connections().find(({ login }) => login?.client === client);
  return named ? `${variablesOf(named)}_CLIENT` : null;
}

/** Where the portal of a connection sends people back to: byte for byte the same at both endpoints (RFC 6749 section 4.1.3). */
export function redirectUri(connection: Connection) {
  return `${settings().origin}${connection.callbackPath}`;
}
