/**
 * Under the simulator every portal lives at one origin, one folder per host:
 * `https://mls-connect.com/oauth/token` is answered at `{simulator}/mls-connect.com/oauth/token`.
 */
export function portalAddress(address: string, simulator: string | null) {
  if (!simulator) return address;
  return address.replace("https:/", simulator.replace(/\/$/, ""));
}
