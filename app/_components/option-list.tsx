import type { Offer } from "@/lib/portals/offer";

/** Options under a heading; none where there is only one kind. */
export type OptionGroup = { label: string | null; options: Offer["options"] };

/** The options of a select. What is for trying things out stands apart, so that it is not chosen by mistake. */
export function OptionList({ groups }: { groups: readonly OptionGroup[] }) {
  return groups.map(({ label, options }) =>
    label === null ? (
      <Options key="" options={options} />
    ) : (
      <optgroup key={label} label={label}>
        <Options options={options} />
      </optgroup>
    ),
  );
}

function Options({ options }: { options: Offer["options"] }) {
  return options.map(({ connection, label }) => (
    <option key={connection} value={connection}>
      {label}
    </option>
  ));
}
