import "server-only";
import type { Variables } from "@/lib/env";

/** What the environment says to Node and to libraries, and not to us. */

const PROXIES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NODE_USE_ENV_PROXY"];

/** Portals are asked directly, on a connection of their own for each request. That one goes another way must not be believed. */
export function proxyErrors(variables: Variables): string[] {
  if (variables.PORTAL_SIMULATOR?.trim()) return []; // on this machine no proxy is in the way
  return PROXIES.filter((name) => isOn(variables[name])).map(
    (name) =>
      `${name} is set, but Portico asks portals directly and uses no proxy. Start Portico without it, and let it reach the portals.`,
  );
}

const DEBUGGING = [
  ["NODE_DEBUG", "Node", /./],
  ["DEBUG", "the database's client", /(^|[\s,])(\*|prisma)/],
] as const;

/** What these print goes past our log, with all that is sent and received. */
export function debuggingNotices(variables: Variables): string[] {
  return DEBUGGING.filter(([name, , printing]) => printing.test(variables[name]?.trim() ?? "")).map(
    ([name, program]) =>
      `${name} is set: ${program} may print tokens and secrets. Start Portico without it where people's logins are real.`,
  );
}

function isOn(value: string | undefined) {
  return !["", "0"].includes(value?.trim() ?? "");
}
