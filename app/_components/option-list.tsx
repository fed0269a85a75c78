import type { Offer } from "@/lib/portals/offer";
import { site } from "@/messages/en";

/** The options of a select. Staging stands apart, so that nobody works there by mistake. */
export function OptionList({ options }: { options: Offer["options"] }) {
  const groups = [
    {
      label: site.production,
      options: options.filter((each) => each.environment === "production"),
    },
    { label: site.staging, options: options.filter((each) => each.environment === "staging") },
  ].filter((group) => group.options.length > 0);

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
