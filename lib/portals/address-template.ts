import { addressProblem } from "@/lib/oauth/address";
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
  const filled = address.replace(EXPRESSION, (_, slash: string, name: string) => {
    const value = reader.first(stems, name);
    if (value && /^\.{1,2}$/.test(value))
      reader.refuse(`${stems[0]}_${name} must not be dots alone.`);
    if (!value && !slash)
      reader.refuse(`${stems.map((stem) => `${stem}_${name}`).join(" or ")} is not set.`);
    return value ? slash + encodeURIComponent(value.toLowerCase()) : "";
  });
  const problem = addressProblem(filled);
  if (problem) reader.refuse(`${address} ${problem} when it is filled in.`);
  return filled;
}
