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

/** Where a connection's conversation leads: declared, overridden by variables, or sent to the simulator. */

/** An address of a portal's API, with the paths under which it documents resources; no path is all of it. */
export type Api = { address: string; paths: readonly ApiPath[] };

/** The issuer of an OpenID Connect connection; null for the other protocols. */
export function issuerAddressOf(
  portal: Portal,
  stems: string[],
  reader: VariableReader,
): string | null {
  if (portal.protocol !== "openid") return null;
  const given = stems.map((stem) => reader.address(`${stem}_ISSUER`)).find(Boolean);
  const published = portalAddress(portal.issuer, reader.text("PORTAL_SIMULATOR"));
  return filledAddress(given ?? published, stems, reader);
}

type EndpointContext = { stems: string[]; environment: Environment; choice: Choosable | null };

/** A connection's addresses. Those that are not public must be named, all of them, and never fall back to production's. */
export function endpointsOf(
  portal: Portal,
  { stems, environment, choice }: EndpointContext,
  reader: VariableReader,
): Endpoints {
  const simulator = reader.text("PORTAL_SIMULATOR");
  const elsewhere = environment === "production" ? undefined : portal.environments?.[environment];
  const declared = elsewhere ?? { ...portal.endpoints, ...choice?.published?.endpoints };
  const unpublished = environment !== "production" && !elsewhere;
  const resolved = ENDPOINTS.map((endpoint): [Endpoint, string | undefined] => {
    const given = stems.map((stem) => reader.address(`${stem}_${endpoint}_URL`)).find(Boolean);
    const known = declared[endpoint];
    if (unpublished && known && !given && endpoint !== "API") {
      reader.refuse(
        `${stems[0]}_${endpoint}_URL is not set: a ${environment} connection must name all its addresses.`,
      );
    }
    const published = unpublished ? undefined : known;
    const address = given ?? (published && portalAddress(published, simulator));
    return [endpoint, address && filledAddress(address, stems, reader)];
  });
  const endpoints: Endpoints = Object.fromEntries(resolved.filter(([, address]) => address));
  const given = stems.some((stem) => reader.text(`${stem}_API_URL`));
  const API = given ? endpoints.API : (apiBeside(endpoints.MEMBER, declared) ?? endpoints.API);
  return { ...endpoints, ...(API && { API }) };
}

/** Where the member record is, the rest of the API is: a setting that moves the one moves the other. */
function apiBeside(member: string | undefined, declared: Endpoints): string | null {
  if (!member || !declared.MEMBER || !declared.API) return null;
  if (!declared.MEMBER.startsWith(declared.API)) return null;
  const path = declared.MEMBER.slice(declared.API.length);
  return member.endsWith(path) ? member.slice(0, -path.length) : null;
}

function isSame(one: string, other: string) {
  return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}

/** The API's addresses. Where the first has been moved, the others have moved there too, unless a variable says otherwise. */
export function apisOf(
  portal: Portal,
  { API }: Endpoints,
  { stems, environment, choice }: EndpointContext,
  reader: VariableReader,
): Api[] {
  if (!API) return [];
  const simulator = reader.text("PORTAL_SIMULATOR");
  const published = environment === "production";
  const resolved = (address: string) =>
    filledAddress(portalAddress(address, simulator), stems, reader);
  const declared = choice?.published?.endpoints?.API ?? portal.endpoints.API;
  const moved = !published || !declared || !isSame(API, resolved(declared));
  const further = Object.entries(portal.furtherApis ?? {}).map(
    ([name, { address, paths = [] }]) => {
      const given = stems.map((stem) => reader.address(`${stem}_${name}_API_URL`)).find(Boolean);
      return { address: given ?? (moved ? API : resolved(address)), paths };
    },
  );
  return [{ address: API, paths: portal.apiPaths ?? [] }, ...further];
}
