import type { ReactNode } from "react";

/** A mark beside a name. */
export function Chip({ children }: { children: ReactNode }) {
  return (
    <span className="rounded-full border border-care-line bg-care-soft px-2 py-0.5 font-medium text-care text-xs">
      {children}
    </span>
  );
}
