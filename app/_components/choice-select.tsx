import type { ComponentProps } from "react";
import { Chevron } from "./chevron";
import { field } from "./field";
import type { OptionGroup } from "./option-groups";
import { OptionList } from "./option-list";

type Props = {
  id: string;
  label: string;
  groups: readonly OptionGroup[];
  /** What stands there until something is chosen; null where something is. */
  placeholder: string | null;
} & Pick<
  ComponentProps<"select">,
  "ref" | "size" | "value" | "defaultValue" | "onChange" | "onKeyDown" | "required"
>;

/** A list of connections to choose one of. It drops down, or stands open where it has a size. */
export function ChoiceSelect({ id, label, groups, placeholder, ...select }: Props) {
  const open = select.size !== undefined;
  return (
    <div>
      <label htmlFor={id} className={field.label}>
        {label}
      </label>
      <div className="relative">
        <select
          {...select}
          id={id}
          name="connection"
          className={open ? field.openList : field.dropdown}
        >
          {placeholder !== null && !open && <option value="">{placeholder}</option>}
          <OptionList groups={groups} />
        </select>
        {!open && <Chevron className={field.chevron} />}
      </div>
    </div>
  );
}
