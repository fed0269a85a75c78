import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Badge } from "@/lib/portals/portal";
import { inkOn } from "../../_components/badge-ink";

/** Every portal's initials on its own colour, drawn once on a page however many links it has. Decoration: its name stands beside it. */
export function BadgeSprite({ links }: { links: readonly LinkedPortal[] }) {
  const badges = new Map(links.map(({ badge }) => [badgeId(badge), badge]));
  return (
    <svg className="hidden" aria-hidden="true">
      {[...badges].map(([id, { monogram, colour }]) => (
        <symbol key={id} id={id} viewBox="0 0 36 36">
          <rect
            width="36"
            height="36"
            rx="9"
            fill={colour}
            stroke="currentColor"
            strokeOpacity="0.2"
          />
          <text
            x="18"
            y="22.500"
            textAnchor="middle"
            fontSize="12.500"
            fontWeight="600"
            className={inkOn(colour) === "light" ? "fill-on-dark" : "fill-on-light"}
          >
            {monogram}
          </text>
        </symbol>
      ))}
    </svg>
  );
}

/** The drawing of a badge. */
export function badgeId({ monogram, colour }: Pick<Badge, "monogram" | "colour">) {
  return `badge-${monogram}-${colour.slice(1)}`;
}
