import type { Offer } from "@/lib/portals/offer";
import { Chevron } from "./chevron";
import { field } from "./field";
import { OptionList } from "./option-list";

type Props = { id: string; label: string; options: Offer["options"]; preselected: string };

export function ChoiceSelect({ id, label, options, preselected }: Props) {
  return (
    <div>
      <label htmlFor={id} className={field.label}>
        {label}
      </label>
      <div className="relative">
        <select
          id={id}
          name="connection"
          required
          defaultValue={preselected}
          className={field.dropdown}
        >
          <OptionList options={options} />
        </select>
        <Chevron className={field.chevron} />
      </div>
    </div>
  );
}
