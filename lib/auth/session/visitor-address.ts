import "server-only";
import { isIPv4, isIPv6 } from "node:net";
import { settings } from "@/lib/env";

/**
 * The address that a request comes from, as the proxy in front says it in the header that `CLIENT_ADDRESS_HEADER` names. In a
 * list it is the last one: the others are what the visitor has sent.
 * @returns an IPv4 address, or the first 64 bits of an IPv6 one, which are one household or office; null where there is no such
 * setting, header or address
 */
export function visitorAddress(headers: Headers): string | null {
  const { visitorAddressHeader } = settings();
  const value = visitorAddressHeader && headers.get(visitorAddressHeader);
  return value ? normalAddress(value.split(",").at(-1) ?? "") : null;
}

/** Proxies write an address with or without a port, and IPv6 with or without brackets and zone. */
function normalAddress(written: string): string | null {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(written.trim()) ?? [];
  const bare = bracketed ?? written.trim().replace(/^([\d.]+):\d{1,5}$/, "$1");
  if (isIPv4(bare)) return bracketed === undefined ? bare : null;
  const address = bare.replace(/%[\w.-]+$/, "");
  if (!isIPv6(address)) return null;
  const groups = groupsOf(address);
  return ipv4In(groups) ?? `${groups.slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = [], after = []] = shortest
    .split("::")
    .map((part) => part.split(":").filter(Boolean));
  return [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
}

/** RFC 4291 section 2.5.5.2: an IPv4 address in an IPv6 one, `::ffff:192.0.2.1`. */
function ipv4In(groups: readonly string[]): string | null {
  if (groups.slice(0, 6).join(":") !== "0:0:0:0:0:ffff") return null;
  const numbers = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return numbers.flatMap((number) => [number >> 8, number & 255]).join(".");
}
