import { Chevron } from "../../_components/chevron";
import { field } from "../../_components/field";

type Props = {
  name: string;
  label: string;
  all: string;
  chosen: string;
  options: (readonly [string, string])[];
};

/** One of what can be looked for; the first choice looks for all. */
export function FilterSelect({ name, label, all, chosen, options }: Props) {
  return (
    <div className="relative">
      <select name={name} aria-label={label} defaultValue={chosen} className={field.dropdown}>
        <option value="">{all}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <Chevron className={field.chevron} />
    </div>
  );
}
