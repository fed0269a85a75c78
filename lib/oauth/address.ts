const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Why an address may not be used, or null when it may: https anywhere, http on this machine only,
 * and nothing in it that is not an address.
 */
export function addressProblem(value: string): string | null {
  if (!URL.canParse(value)) return "is not an address";
  const url = new URL(value);
  if (url.username || url.password) return "must not hold a name or a password";
  if (url.hash || value.endsWith("#")) return "must not have a fragment";
  if (url.protocol === "https:") return null;
  if (url.protocol === "http:" && isLoopback(url)) return null;
  return "must begin with https://";
}

/** Whether an address is on this machine. */
function isLoopback(url: URL) {
  return LOOPBACK.includes(url.hostname);
}
