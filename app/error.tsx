"use client";

import { FailurePage, useFailureWords } from "./_components/failure-page";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <FailurePage error={error} retry={retry} words={useFailureWords().words} />;
}
