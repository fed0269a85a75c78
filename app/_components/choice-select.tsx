import type { ComponentProps } from "react";
import type { Offer } from "@/lib/portals/offer";
import { Chevron } from "./chevron";
import { field } from "./field";
import { OptionList } from "./option-list";

type Props = { id: string; label: string; options: Offer["options"] } & Pick<
  ComponentProps<"select">,
  "ref" | "size" | "value" | "defaultValue" | "onChange" | "onKeyDown"
>;

/** A list of connections to choose one of. It drops down, or stands open where it has a size. */
export function ChoiceSelect({ id, label, options, ...select }: Props) {
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
          required
          className={open ? field.openList : field.dropdown}
        >
          <OptionList options={options} />
        </select>
        {!open && <Chevron className={field.chevron} />}
      </div>
    </div>
  );
}
