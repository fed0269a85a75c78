import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { clients } from "@/messages/en";
import { SubmitButton } from "../../_components/submit-button";
import { endGrant } from "../actions";

/** The systems that may use a link. */
export function ClientsLine({ link }: { link: LinkedPortal }) {
  if (link.clients.length === 0) return null;
  return (
    <p className="mt-2 break-words text-ink-soft text-sm">
      {clients.usedBy}{" "}
      {link.clients.map(({ id, name }, at) => (
        <span key={id}>
          {at > 0 && ", "}
          <bdi>{name}</bdi>
        </span>
      ))}
    </p>
  );
}

/** Takes the link back from each of them. */
export function EndGrants({ link }: { link: LinkedPortal }) {
  return link.clients.map(({ id, name }) => (
    <form key={id} action={endGrant}>
      <input type="hidden" name="link" value={link.id} />
      <input type="hidden" name="client" value={id} />
      <SubmitButton look="row" pendingLabel={clients.ending} describedBy={`member-${link.id}`}>
        {clients.end(name, link.shortName)}
      </SubmitButton>
    </form>
  ));
}
