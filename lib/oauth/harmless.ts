/** How much of a portal's words is looked at; patterns on more could take their time. */
const LOOKED_AT = 2_000;

/** How much of them is kept. */
const KEPT = 200;

/** What could be a code, a token or a key: long, or letters and digits mixed. */
const LOOKS_SECRET = /[^\s"'<>()[\]{},;]{16,}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{6,}/g;

/** A secret of this length or more is taken out of the middle of a word too. */
const LONG_ENOUGH = 6;

/** A protocol error code fit for a log and a `switch`; null when it is not one. */
export function errorName(value: unknown, secrets: readonly string[] = []): string | null {
  if (typeof value !== "string" || !/^[a-z0-9][a-z0-9_.]{0,79}$/i.test(value)) return null;
  return withoutSecrets(value, secrets) === value ? value : null;
}

/**
 * A portal's own words as one short line without anything that could be a code, a token or a secret.
 * @param secrets what the question held: taken out however short it is
 */
export function harmless(value: unknown, secrets: readonly string[] = []): string | null {
  if (typeof value !== "string") return null;
  return withoutSecrets(value.slice(0, LOOKED_AT), secrets)
    .replace(LOOKS_SECRET, "…")
    .replace(/\p{C}/gu, " ")
    .slice(0, KEPT)
    .toWellFormed();
}

function withoutSecrets(text: string, secrets: readonly string[]) {
  let safe = text;
  for (const secret of secrets) {
    if (secret.length >= LONG_ENOUGH) safe = safe.replaceAll(secret, "…");
    else
      safe = safe
        .split(/([^\p{L}\p{N}]+)/u)
        .map((word) => (word === secret ? "…" : word))
        .join("");
  }
  return safe;
}
