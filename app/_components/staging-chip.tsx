import { site } from "@/messages/en";

export function StagingChip() {
  return (
    <span className="rounded-full border border-care-line bg-care-soft px-2 py-0.5 font-medium text-care text-xs">
      {site.staging}
    </span>
  );
}
