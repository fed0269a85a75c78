"use client";

import { FailurePage } from "./_components/failure-page";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <FailurePage error={error} retry={retry} />;
}
