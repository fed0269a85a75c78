import { z } from "zod";
import { addressProblem } from "../address";
import { readJson } from "../answer";
import { OAuthError } from "../errors";
import { send } from "../transport";

const Address = z.string().refine((value) => addressProblem(value) === null);

/** Some write null where there is nothing to say. */
const absentIfNull = (value: unknown) => value ?? undefined;

/** What cannot be read is as good as not said. */
const Names = z.array(z.string()).optional().catch(undefined);

/** What we use of OpenID Connect Discovery 1.0 section 3. */
const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: Address,
  token_endpoint: Address,
  jwks_uri: Address,
  userinfo_endpoint: z.preprocess(absentIfNull, Address.optional()),
  revocation_endpoint: z.preprocess(absentIfNull, Address.optional()),
  /** RP-Initiated Logout 1.0 section 2.1. */
  end_session_endpoint: Address.optional().catch(undefined),
  token_endpoint_auth_methods_supported: Names,
  id_token_signing_alg_values_supported: Names,
  /** RFC 9207 section 3. */
  authorization_response_iss_parameter_supported: z.preprocess(
    absentIfNull,
    z.boolean().default(false),
  ),
});
export type Metadata = z.infer<typeof Metadata>;

/**
 * Asks an issuer for its metadata, OpenID Connect Discovery 1.0 section 4.
 * @throws {OAuthError} `unexpected` when a part is missing or says something else, `unverified` when it speaks for another
 */
export async function fetchMetadata(
  issuer: string,
  headers: Record<string, string>,
): Promise<Metadata> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const answer = await send({ url, headers: { ...headers, accept: "application/json" } });
  const parsed = Metadata.safeParse(readJson(answer));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new OAuthError("unexpected", `Not the metadata of Discovery section 3: ${fields}`);
  }
  const { end_session_endpoint: end, ...rest } = parsed.data;
  // Signing in does without it, so one that may not be used shuts no door.
  const isUsable = end !== undefined && (isSecure(end) || !isSecure(issuer));
  const metadata: Metadata = { ...rest, end_session_endpoint: isUsable ? end : undefined };
  // Section 4.3, to the letter: otherwise one issuer could speak for another.
  if (metadata.issuer !== issuer) throw anotherIssuer(metadata.issuer, issuer);
  if (isSecure(issuer) && !addressesIn(metadata).every(isSecure)) {
    throw new OAuthError("unexpected", "The issuer's metadata names an address without https");
  }
  return metadata;
}

/** A slash at the end is part of the name, and easily overlooked: then the sentence says so. */
function anotherIssuer(named: string, asked: string) {
  const differsBySlash = named.replace(/\/$/, "") === asked.replace(/\/$/, "");
  const sentence = differsBySlash
    ? `The issuer's name differs by a slash: it calls itself ${named}`
    : "The issuer's metadata names another issuer";
  return new OAuthError("unverified", sentence);
}

function addressesIn({ issuer: _, ...metadata }: Metadata) {
  return Object.values(metadata).filter((value) => typeof value === "string");
}

/** As it will be asked, however it is written. */
function isSecure(address: string) {
  return new URL(address).protocol === "https:";
}
