import type { Environment } from "@/lib/portals/portal";
import { site } from "@/messages/en";

/** Marks what is for trying things out. What is real needs no mark. */
export function EnvironmentChip({ environment }: { environment: Environment }) {
  if (environment === "production") return null;
  return (
    <span className="rounded-full border border-care-line bg-care-soft px-2 py-0.5 font-medium text-care text-xs">
      {site.environments[environment]}
    </span>
  );
}
