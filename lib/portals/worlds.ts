/**
 * Which addresses belong together. A portal's own world is the hosts that its file declares, and the hosts under them
 * (`www.otodom.pl` is under `otodom.pl`); with the simulator it is the simulator. All else is another world, and a
 * credential of one world is never sent to another.
 */

/** An address that a portal has, under the name of the variable that moves it. */
export type Place = {
  /** `TOKEN`, `REPLICATION_API`, `ISSUER`. */
  name: string;
  /** How its variable ends: `TOKEN_URL`. */
  variable: string;
  /** As the portal's documentation has it, with settings still in braces: it tells how addresses hang together. */
  declared: string | undefined;
  /** What holds as long as nothing is moved; undefined where that is not public. */
  published: string | undefined;
};

export type Resolved = Place & { address: string; from: "variable" | "beside" | "portal" };
/** `by` is the whole name of the variable that says so. */
export type Given = Place & { address: string; by: string };

/** Where only browsers go, and no credential: a connection can do without them. */
const PAGES = ["LOGOUT", "REMOVAL"];

/** The hosts of these addresses, with their ports. */
export function hostsOf(addresses: readonly (string | undefined)[]): string[] {
  return addresses.flatMap((each) => (each && URL.canParse(each) ? [new URL(each).host] : []));
}

/** Whether an address is at one of these hosts, or at a host under one. */
export function isAt(hosts: readonly string[], address: string) {
  return hostsOf([address]).some((host) =>
    hosts.some((each) => host === each || host.endsWith(`.${each}`)),
  );
}

/** What of these is not at the portal's own hosts. To a page for removal nothing of ours goes: it may be anywhere. */
export function movedOf<Each extends { name: string; address: string }>(
  places: readonly Place[],
  addresses: readonly Each[],
): Each[] {
  const hosts = hostsOf(places.map(({ published }) => published));
  return addresses.filter(({ name, address }) => name !== "REMOVAL" && !isAt(hosts, address));
}

/** Every address that a connection has, given what variables say of some. It may be of two worlds: see `missingOf`. */
export function resolve(places: readonly Place[], given: readonly Given[]): Resolved[] {
  const moved = movedOf(places, given);
  const resolved = places.flatMap((place): Resolved[] => {
    const said = given.find(({ name }) => name === place.name);
    if (said) return [{ ...place, address: said.address, from: "variable" }];
    const derived = besideFirst(place, [...pairOf(place, given), ...moved]);
    if (derived) return [{ ...place, address: derived, from: "beside" }];
    return place.published ? [{ ...place, address: place.published, from: "portal" }] : [];
  });
  const lost = moved.length > 0 ? PAGES : [];
  return withoutFollowers(resolved).filter(
    ({ name, from }) => from !== "portal" || !lost.includes(name),
  );
}

/** Further addresses of an API have none of their own once the first has moved. */
function withoutFollowers(resolved: readonly Resolved[]) {
  const api = resolved.find(({ name }) => name === "API");
  const isWhereItWas = api?.published && slashless(api.address) === slashless(api.published);
  return resolved.filter(
    ({ name, from }) => isWhereItWas || from !== "portal" || !name.endsWith("_API"),
  );
}

function slashless(address: string) {
  return address.replace(/\/$/, "");
}

/** The addresses that have been left behind at the portal while others have moved. */
export function missingOf(places: readonly Place[], resolved: readonly Resolved[]): Resolved[] {
  const given = resolved.filter(({ from }) => from === "variable");
  return movedOf(places, given).length > 0 ? resolved.filter(({ from }) => from === "portal") : [];
}

/** The API and the member record in it move together, also from one of the portal's hosts to another. */
function pairOf({ name }: Place, given: readonly Given[]) {
  const other = { API: "MEMBER", MEMBER: "API" }[name];
  return given.filter((each) => each.name === other);
}

function besideFirst(place: Place, sources: readonly Given[]): string | undefined {
  if (place.name === "ISSUER") return undefined; // what is trusted is never guessed
  return sources.map((source) => beside(place, source)).find((address) => address !== undefined);
}

/** Where a place is when another one of the same origin is at this address; undefined when that cannot be told. */
function beside({ name, declared, published }: Place, source: Given): string | undefined {
  if (!declared || !source.declared || (!published && name !== "API")) return undefined;
  const [here, there] = [parts(declared), parts(source.declared)];
  if (here.origin !== there.origin) return undefined;
  const isBase = source.name === "API" || source.name === "ISSUER";
  const address = isBase ? slashless(source.address) : source.address;
  const known = isBase ? slashless(there.path) : there.path;
  if (isBase && here.path.startsWith(`${known}/`)) return address + here.path.slice(known.length);
  const { origin, path } = parts(address);
  if (!path.endsWith(known)) return undefined;
  return origin + path.slice(0, path.length - known.length) + here.path;
}

/** The path is all after the origin, as it is written. */
function parts(address: string) {
  const origin = /^https?:\/\/[^/?#]*/.exec(address)?.[0] ?? "";
  return { origin, path: address.slice(origin.length) };
}
