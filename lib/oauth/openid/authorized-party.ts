/**
 * OpenID Connect Core 1.0 section 3.1.3.7 steps 4 and 5: an ID token for several clients says in `azp` which one it was issued
 * to, and an `azp` must name us.
 * @returns what is wrong, or null
 */
export function authorizedPartyFault(
  { aud, azp }: { aud?: string | string[] | undefined; azp?: unknown },
  clientId: string,
): string | null {
  if (azp !== undefined) return azp === clientId ? null : "azp is another client";
  return [aud].flat().length > 1 ? "it is for several and names no azp" : null;
}
