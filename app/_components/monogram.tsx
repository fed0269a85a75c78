import type { Badge } from "@/lib/portals/portal";
import { inkOn } from "./badge-ink";

/**
 * A portal's initials on its own colour. Decoration: its name always stands beside it. The colour is a fact of the portal, so
 * no class has it, and the policy of our pages allows no style attribute; a drawing may name it.
 */
export function Monogram({ badge }: { badge: Pick<Badge, "monogram" | "colour"> }) {
  const ink = inkOn(badge.colour) === "light" ? "text-on-dark" : "text-on-light";
  return (
    <span
      aria-hidden="true"
      className={`relative grid size-11 shrink-0 place-items-center overflow-hidden rounded-xl border border-current/20 font-semibold text-sm tracking-wide ${ink}`}
    >
      <svg className="absolute inset-0 size-full" aria-hidden="true" focusable="false">
        <rect width="100%" height="100%" fill={badge.colour} />
      </svg>
      <span className="relative">{badge.monogram}</span>
    </span>
  );
}
