import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card } from "@/messages/en";
import { namesOf } from "../../_components/names";
import { StatusBlock } from "./status-block";

/** Stands where the status would: nothing is asked with such a link, so it is not known whether it works. */
export function OtherEnvironmentLine({ link }: { link: LinkedPortal }) {
  return (
    <StatusBlock look="aside" word={card.setAside}>
      {card.otherEnvironment(link.environment, namesOf(link.connection))}
    </StatusBlock>
  );
}
