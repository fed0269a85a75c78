import type { Offer } from "@/lib/portals/offer";
import { site } from "@/messages/en";

/** The options of a select. What is for trying things out stands apart, so that it is not chosen by mistake. */
export function OptionList({ options }: { options: Offer["options"] }) {
  const groups = (["production", "staging", "sandbox"] as const)
    .map((environment) => ({
      label: site.environments[environment],
      options: options.filter((each) => each.environment === environment),
    }))
    .filter((group) => group.options.length > 0);

  if (groups.length < 2) return <Options options={options} />;
  return groups.map((group) => (
    <optgroup key={group.label} label={group.label}>
      <Options options={group.options} />
    </optgroup>
  ));
}

function Options({ options }: { options: Offer["options"] }) {
  return options.map(({ connection, label }) => (
    <option key={connection} value={connection}>
      {label}
    </option>
  ));
}
