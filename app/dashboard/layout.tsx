import type { ReactNode } from "react";
import { requireSession } from "@/lib/auth/session/current-user";
import { TimeZone } from "./_components/time-zone";

/** Only for users who are signed in. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await requireSession();
  return (
    <>
      {children}
      <TimeZone />
    </>
  );
}
