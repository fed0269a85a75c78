import type { Call } from "./transport";

/** Headers that hold nothing secret; any other may. */
const PUBLIC_HEADERS = ["accept", "content-type", "user-agent", "x-sparkapi-user-agent"];

/** Fields of a token or revocation request whose values may be repeated. */
const PUBLIC_FIELDS = ["grant_type", "token_type_hint", "redirect_uri", "client_id", "scope"];

/** Parameters of an `Authorization: OAuth` header whose values may be repeated, RFC 5849 section 3.1. */
const PUBLIC_PARAMETERS =
  /^oauth_(consumer_key|signature_method|timestamp|nonce|version|callback)$/;

/** Everything in a request that no log and no page may repeat, however short it is. */
export function secretsIn({ headers = {}, body = "" }: Pick<Call, "headers" | "body">): string[] {
  const ofHeaders = Object.entries(headers)
    .filter(([name]) => !PUBLIC_HEADERS.includes(name.toLowerCase()))
    .flatMap(([, value]) => secretsInHeader(value));
  const ofBody = fieldsOf(body)
    .filter(([name]) => !PUBLIC_FIELDS.includes(name))
    .map(([, value]) => value);
  return [...new Set([...ofHeaders, ...ofBody])].filter((secret) => secret.length > 1);
}

/** Of `Bearer …`, of `Basic …` with its name and password, of `OAuth name="…", …`, or of an API key. */
function secretsInHeader(value: string): string[] {
  const [, scheme = "", credentials = value] = /^(\w+) +(.+)$/s.exec(value) ?? [];
  if (/^basic$/i.test(scheme)) {
    const [name = "", ...password] = Buffer.from(credentials, "base64").toString().split(":");
    return [credentials, password.join(":") || name];
  }
  const pairs = [...credentials.matchAll(/(\w+)="([^"]*)"/g)];
  if (pairs.length === 0) return [credentials];
  return pairs
    .filter(([, name = ""]) => !PUBLIC_PARAMETERS.test(name))
    .map(([, , encoded = ""]) => decodeURIComponent(encoded));
}

function fieldsOf(body: string): [string, string][] {
  if (!body.startsWith("{")) return [...new URLSearchParams(body)];
  const fields = Object.entries(JSON.parse(body) as Record<string, unknown>);
  return fields.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
}
