import { repeatsName } from "../../request";
import { decode } from "./percent-encoding";
import { Refusal } from "./refusal";
import type { Parameters } from "./signature";

/** The parameters of every request in section 3.1; only `oauth_version` may be missing. */
const required = [
  "oauth_consumer_key",
  "oauth_signature_method",
  "oauth_timestamp",
  "oauth_nonce",
  "oauth_signature",
] as const;

/** RFC 5849 section 3.5.1, but stricter: no realm, no other parameters, no empty values. */
export function readAuthorizationHeader(
  header: string | undefined,
  extraParameters: readonly string[],
): ReadonlyMap<string, string> | Refusal {
  const parameters = parseHeader(header);
  if (!parameters) return new Refusal("authentication", "Not an OAuth Authorization header");
  if (repeatsName(parameters)) return new Refusal("authentication", "A parameter came twice");
  const known = [...required, "oauth_version", ...extraParameters];
  const unknown = parameters.find(([name]) => !known.includes(name));
  if (unknown) return new Refusal("authentication", `Unknown parameter: ${unknown[0]}`);
  const byName = new Map(parameters);
  const missing = [...required, ...extraParameters].find((name) => !byName.get(name));
  if (missing) return new Refusal("authentication", `Missing required parameter: ${missing}`);
  return byName;
}

function parseHeader(header = ""): Parameters | null {
  const list = /^OAuth (.*)$/i.exec(header)?.[1];
  if (list === undefined) return null;
  const parameters: [string, string][] = [];
  for (const pair of list.split(",")) {
    const [, name, value] = /^([^="]+)="([^"]*)"$/.exec(pair.trim()) ?? [];
    const decoded = [decode(name ?? "\0"), decode(value ?? "\0")] as const;
    if (decoded[0] === null || decoded[1] === null) return null;
    parameters.push([decoded[0], decoded[1]]);
  }
  return parameters;
}
