"use client";

import { failure } from "@/messages/en";
import { FailurePage } from "../_components/failure-page";

export default function DashboardError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <FailurePage
      error={error}
      retry={retry}
      title={failure.dashboardTitle}
      body={failure.dashboardBody}
    />
  );
}
