import { connectionNames } from "@/lib/auth/pages/offers";
import { askedFor, dashboard } from "@/messages/en";
import { namesOf } from "../../_components/names";
import { NoticeFrame } from "../../_components/notice-frame";
import { SubmitButton } from "../../_components/submit-button";
import type { AskedConnection } from "../(overview)/asked-connection";
import { linkPortal } from "../actions";
import { CheckOne } from "./check-links";
import { Reconnect } from "./reconnect";

const tones = { link: "invite", reconnect: "care", linked: "calm" } as const;

/** For a user whom their team's software has sent here: what it wants, and the button that does it. */
export function ConnectPrompt({ asked }: { asked: AskedConnection }) {
  const { kind, connection } = asked;
  const names = namesOf(connection);
  return (
    <NoticeFrame tone={tones[kind]} {...askedFor[kind](names)}>
      {asked.kind === "link" && (
        <form action={linkPortal}>
          <input type="hidden" name="connection" value={connection} />
          <SubmitButton pendingLabel={dashboard.linking(names.portal)}>
            {dashboard.link(connectionNames(connection)?.short ?? names.connection)}
          </SubmitButton>
        </form>
      )}
      {asked.kind === "reconnect" && <Reconnect link={asked.link} look="primary" />}
      {asked.kind === "linked" && <CheckOne link={asked.link} look="quiet" />}
    </NoticeFrame>
  );
}
