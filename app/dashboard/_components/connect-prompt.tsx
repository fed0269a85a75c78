import type { Translator } from "@/lib/language/translators";
import { namesOf } from "../../_components/names";
import { NoticeFrame } from "../../_components/notice-frame";
import { SubmitButton } from "../../_components/submit-button";
import type { AskedConnection } from "../(overview)/asked-connection";
import { linkPortal } from "../actions";
import { CheckOne } from "./check-one";
import { Reconnect } from "./reconnect";

const tones = { link: "invite", reconnect: "care", linked: "calm" } as const;

/** For a user whom their team's software has sent here: what it wants, and the button that does it. */
export function ConnectPrompt({ asked, t }: { asked: AskedConnection; t: Translator }) {
  const { kind, connection } = asked;
  const { portal } = namesOf(connection, t);
  return (
    <NoticeFrame
      tone={tones[kind]}
      title={t(`asked.${kind}.title`, { portal })}
      body={t(`asked.${kind}.body`)}
    >
      {asked.kind === "link" && (
        <form action={linkPortal}>
          <input type="hidden" name="connection" value={connection} />
          <SubmitButton pendingLabel={t("dashboard.linking", { portal })}>
            {t("dashboard.link", { portal })}
          </SubmitButton>
        </form>
      )}
      {asked.kind === "reconnect" && <Reconnect link={asked.link} look="primary" t={t} />}
      {asked.kind === "linked" && <CheckOne link={asked.link} page="dashboard" t={t} />}
    </NoticeFrame>
  );
}
