import type { ReactNode } from "react";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import type { Ending } from "@/lib/auth/flow/problems";
import { Notice } from "../../_components/notice";
import type { Reader } from "../../_components/reader";
import { CheckNotice } from "./check-notice";
import { UnlinkedNotice } from "./unlinked-notice";

type Props = {
  ending: Ending;
  links: LinkedPortal[];
  revocations: RecentRevocation[];
  reader: Reader;
  /** What there is to do next. */
  children: ReactNode;
};

/** How something ended. Where more is known of it than its address says, that is told as it stands now. */
export function EndingNotice({ ending, links, revocations, reader, children }: Props) {
  const { connection } = ending;
  if (ending.kind === "success") {
    if (ending.success === "checked") {
      return <CheckNotice links={links} connection={connection} reader={reader} />;
    }
    if (ending.success === "unlinked" && connection !== null) {
      return <UnlinkedNotice connection={connection} revocations={revocations} />;
    }
  }
  return <Notice ending={ending}>{children}</Notice>;
}
