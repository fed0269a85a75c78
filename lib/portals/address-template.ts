import type { VariableReader } from "./variables";

/** `{TENANT}` and `{/PORTAL_NAME}`, two forms of RFC 6570. */
const EXPRESSION = /\{(\/?)([A-Z][A-Z_]*)\}/g;

/**
 * An address with the settings that it names, in small letters and percent-encoded. A plain one must be set; one that is a
 * segment is left out when it is not.
 */
export function filledAddress(
  address: string,
  stems: readonly string[],
  reader: VariableReader,
): string {
  return address.replace(EXPRESSION, (_, slash: string, name: string) => {
    const value = reader.first(stems, name);
    if (!value && !slash)
      reader.refuse(`${stems.map((stem) => `${stem}_${name}`).join(" or ")} is not set.`);
    return value ? slash + encodeURIComponent(value.toLowerCase()) : "";
  });
}
