import { orderOf } from "@/lib/language/formats";
import type { Offer } from "@/lib/portals/offer";
import { groupBy } from "./group-by";
import type { Viewer } from "./viewer";

/** Options under a heading; none where there is only one kind. */
export type OptionGroup = {
  label: string | null;
  options: readonly { connection: string; label: string }[];
};

const environments = ["production", "staging", "sandbox"] as const;

/**
 * In the order of the reader's alphabet. What is linked already comes after what is not, and in both, what is for trying things out stands
 * apart, so that it is not chosen by mistake.
 */
export function optionGroups(options: Offer["options"], { locale, t }: Viewer): OptionGroup[] {
  const { compare } = orderOf(locale);
  const isMixed = options.some(({ linked }) => linked);
  const isSeveral = new Set(options.map(({ environment }) => environment)).size > 1;
  const labelOf = ({ linked, environment }: Offer["options"][number]) =>
    [
      ...(isMixed ? [t(linked ? "choice.linked" : "choice.notLinked")] : []),
      ...(isSeveral ? [t(`site.environments.${environment}`)] : []),
    ].join(" · ");
  const rankOf = ({ linked, environment }: Offer["options"][number]) =>
    (linked ? environments.length : 0) + environments.indexOf(environment);
  const sorted = options.toSorted(
    (one, other) => rankOf(one) - rankOf(other) || compare(one.label, other.label),
  );
  return [...groupBy(sorted, labelOf)].map(([label, those]) => ({
    label: label === "" ? null : label,
    options: those.map(({ connection, label }) => ({ connection, label })),
  }));
}
