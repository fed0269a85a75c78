import { filledAddress } from "./address-template";
import type { Choosable } from "./choices";
import {
  type ApiPath,
  ENDPOINTS,
  type Endpoint,
  type Endpoints,
  type Environment,
  type Portal,
} from "./portal";
import { portalAddress } from "./simulator-address";
import type { VariableReader } from "./variables";
import {
  type Given,
  hostsOf,
  isAt,
  missingOf,
  movedOf,
  type Place,
  type Resolved,
  resolve,
} from "./worlds";

/** Where a connection's conversation leads: declared, overridden by variables, or sent to the simulator. It is one world. */

/** An address of a portal's API, with the paths under which it documents resources; no path is all of it. */
export type Api = { address: string; paths: readonly ApiPath[] };

export type Addresses = {
  endpoints: Endpoints;
  apis: Api[];
  /** OpenID Connect only. */
  issuer: string | null;
  /** Whether the connection's own variables lead away from where all connections of the portal are. */
  isApart: boolean;
};

type Context = {
  /** What the connection's own variables begin with. */
  own: string;
  /** The same for all connections of its portal, where it uses those. */
  wide: string | null;
  environment: Environment;
  choice: Choosable | null;
};

/**
 * A connection's addresses. Those of an environment that is not public must be named, all of them, and never fall back to
 * production's. Where some have moved to another world, the rest is derived from them, or must be named too.
 */
export function addressesOf(portal: Portal, context: Context, reader: VariableReader): Addresses {
  const places = placesOf(portal, context, reader);
  const own = givenBy(context.own, places, reader);
  const wide = context.wide ? givenBy(context.wide, places, reader) : [];
  const isApart = leaves(places, own, wide);
  const stems = [context.own, ...(context.wide && !isApart ? [context.wide] : [])];
  const given = isApart ? own : [...own, ...wide.filter(isNoneOf(own))];

  for (const each of given) refuseOtherEnvironment(portal, context, each, reader);
  refuseUnnamed(places, given, context, reader);
  refuseMixed(places, given, stems, reader);

  const filled = resolve(places, given).map((each) => ({
    ...each,
    address: filledAddress(each.address, stems, reader),
  }));
  const addressOf = (wanted: string) => filled.find(({ name }) => name === wanted)?.address;
  const endpoints = ENDPOINTS.map((name): [Endpoint, string | undefined] => [
    name,
    addressOf(name),
  ]).filter(([, address]) => address);
  return {
    endpoints: Object.fromEntries(endpoints),
    apis: apisOf(portal, filled),
    issuer: addressOf("ISSUER") ?? null,
    isApart,
  };
}

/** Every address that a variable can move, in the order in which one is derived from another. */
function placesOf(portal: Portal, { environment, choice }: Context, reader: VariableReader) {
  const simulator = reader.text("PORTAL_SIMULATOR");
  const elsewhere = environment === "production" ? undefined : portal.environments?.[environment];
  const declared = elsewhere ?? { ...portal.endpoints, ...choice?.published?.endpoints };
  const isPublic = environment === "production" || Boolean(elsewhere);
  const place = (
    name: string,
    variable: string,
    address: string | undefined,
    known = isPublic,
  ) => ({
    name,
    variable,
    declared: address,
    published: known && address ? portalAddress(address, simulator) : undefined,
  });
  // All of a login's addresses come from its issuer.
  const named = portal.signIn === "only" ? [] : ENDPOINTS;
  const names = named.toSorted((one, other) => Number(other === "API") - Number(one === "API"));
  return [
    ...names.map((name): Place => place(name, `${name}_URL`, declared[name])),
    ...(portal.protocol === "openid"
      ? [place("ISSUER", "ISSUER", portal.issuer ?? undefined)]
      : []),
    ...Object.entries(portal.furtherApis ?? {}).map(([name, { address }]) =>
      place(`${name}_API`, `${name}_API_URL`, address, environment === "production"),
    ),
  ];
}

function givenBy(stem: string, places: readonly Place[], reader: VariableReader): Given[] {
  return places.flatMap((place) => {
    const by = `${stem}_${place.variable}`;
    const address = reader.address(by);
    return address ? [{ ...place, address, by }] : [];
  });
}

const isNoneOf = (others: readonly Given[]) => (given: Given) =>
  !others.some(({ name }) => name === given.name);

/**
 * Whether a connection has left the world of the portal-wide addresses: its own lead elsewhere, and either those were
 * complete without them, or they replace some. Then no portal-wide address is its.
 */
function leaves(places: readonly Place[], own: readonly Given[], wide: readonly Given[]) {
  const others = resolve(places, wide);
  const hosts = hostsOf(others.map(({ address }) => address));
  const foreign = own.filter(({ address }) => !isAt(hosts, address));
  if (foreign.length === 0) return false;
  return missingOf(places, others).length === 0 || !foreign.every(isNoneOf(wide));
}

/** An address that the portal's file has for another environment: its tokens are not for here. */
function refuseOtherEnvironment(
  portal: Portal,
  { environment }: Context,
  { address, by }: Given,
  reader: VariableReader,
) {
  const choices = Object.values(portal.choice?.published ?? {});
  const production = [portal.endpoints, ...choices.map(({ endpoints }) => endpoints)];
  const all = { production, ...portal.environments };
  for (const [other, endpoints] of Object.entries(all)) {
    if (other === environment) continue;
    const hosts = hostsOf([endpoints].flat().flatMap((each) => Object.values(each ?? {})));
    if (hosts.includes(new URL(address).host)) {
      reader.refuse(`${by} is an address of ${other}, and not of ${environment}.`);
    }
  }
}

/** Of an environment that is not public, all but the API must be named: without it no token is handed out. */
function refuseUnnamed(
  places: readonly Place[],
  given: readonly Given[],
  { own, environment }: Context,
  reader: VariableReader,
) {
  for (const { name, variable, declared, published } of places) {
    if (published || !declared || name.endsWith("API")) continue;
    if (given.some((each) => each.name === name)) continue;
    reader.refuse(
      `${own}_${variable} is not set: a ${environment} connection must name all its addresses.`,
    );
  }
}

function refuseMixed(
  places: readonly Place[],
  given: readonly Given[],
  stems: readonly string[],
  reader: VariableReader,
) {
  const [moved] = movedOf(places, given);
  if (!moved) return;
  for (const { variable } of toBeNamed(missingOf(places, resolve(places, given)))) {
    const missing = stems.map((stem) => `${stem}_${variable}`).join(" or ");
    reader.refuse(
      `${missing} is not set, but ${moved.by} leads elsewhere: a connection's addresses move together.`,
    );
  }
}

/** Further addresses of an API follow the first, which is then the one to name. */
function toBeNamed(missing: Resolved[]) {
  const first = missing.some(({ name }) => name === "API");
  return first ? missing.filter(({ name }) => !name.endsWith("_API")) : missing;
}

/** The API's addresses. Where the first has been moved, the others have moved there too, unless a variable says otherwise. */
function apisOf(portal: Portal, filled: readonly Resolved[]): Api[] {
  const first = filled.find(({ name }) => name === "API");
  if (!first) return [];
  const further = Object.entries(portal.furtherApis ?? {}).map(([name, { paths = [] }]) => {
    const own = filled.find((each) => each.name === `${name}_API`);
    return { address: own?.address ?? first.address, paths };
  });
  return [{ address: first.address, paths: portal.apiPaths ?? [] }, ...further];
}
