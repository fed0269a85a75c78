import type { OptionGroup } from "./option-groups";

/** The options of a select. */
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

function Options({ options }: Pick<OptionGroup, "options">) {
  return options.map(({ connection, label }) => (
    <option key={connection} value={connection}>
      {label}
    </option>
  ));
}
