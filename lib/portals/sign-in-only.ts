import { portals } from "./registry";

/**
 * Connections that sign people in and do nothing else, by their ids, whether or not this deployment has set them up: what is
 * stored there is no link that anything is done with. None has a choice to make.
 */
export const signInOnly: readonly string[] = portals
  .filter(({ signIn }) => signIn === "only")
  .map(({ id }) => id);

export function isSignInOnly(connection: string): boolean {
  return signInOnly.includes(connection);
}
