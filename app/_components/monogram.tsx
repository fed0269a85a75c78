import type { Badge } from "@/lib/portals/portal";
import { inkOn } from "./badge-ink";

/** A portal's initials on its own colour. Decoration: its name always stands beside it. */
export function Monogram({ portal }: { portal: Badge }) {
  const ink = inkOn(portal.colour) === "light" ? "text-on-dark" : "text-on-light";
  return (
    <span
      aria-hidden="true"
      className={`grid size-11 shrink-0 place-items-center rounded-xl border border-current/20 font-semibold text-sm tracking-wide ${ink}`}
      style={{ backgroundColor: portal.colour }}
    >
      {portal.monogram}
    </span>
  );
}
