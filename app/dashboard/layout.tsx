import type { ReactNode } from "react";
import { requireSession } from "@/lib/auth/session/current-user";
import { TimeZone } from "./_components/time-zone";

/** Strangers leave here, above `loading.tsx`: once that has been sent it is too late for a proper redirect. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await requireSession();
  return (
    <>
      {children}
      <TimeZone />
    </>
  );
}
