import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import { ReconnectForm } from "./reconnect-form";
import { reconnectWords } from "./reconnect-words";

type Props = { link: LinkedPortal; look: "primary" | "quiet"; t: Translator };

/** Renews a link, for the member it has. */
export function Reconnect({ link, look, t }: Props) {
  return <ReconnectForm words={reconnectWords(link, look, t)} describedBy={`link-${link.id}`} />;
}
