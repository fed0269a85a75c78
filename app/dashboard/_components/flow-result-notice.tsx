import type { ReactNode } from "react";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import type { FlowResult } from "@/lib/auth/flow/problems";
import { Notice } from "../../_components/notice";
import type { Viewer } from "../../_components/viewer";
import { CheckNotice } from "./check-notice";
import { UnlinkedNotice } from "./unlinked-notice";

type Props = {
  result: FlowResult;
  links: LinkedPortal[];
  revocations: RecentRevocation[];
  viewer: Viewer;
  /** What there is to do next. */
  children: ReactNode;
};

/** How something ended. Where more is known of it than its address says, that is told as it stands now. */
export function FlowResultNotice({ result, links, revocations, viewer, children }: Props) {
  const { connection } = result;
  if (result.kind === "success") {
    if (result.success === "checked") {
      return <CheckNotice links={links} connection={connection} viewer={viewer} />;
    }
    if (result.success === "unlinked" && connection !== null) {
      return <UnlinkedNotice connection={connection} revocations={revocations} t={viewer.t} />;
    }
  }
  return <Notice result={result}>{children}</Notice>;
}
