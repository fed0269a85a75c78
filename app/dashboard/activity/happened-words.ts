import type { Activity } from "@/lib/accounts/audit";
import type { Translator } from "@/lib/language/translators";
import { namesOf } from "../../_components/names";

/** What happened, in a sentence. `client` is the system of others that had a part in it; without, it was the team's own. */
export function happenedWords(
  { what, by, client, connection }: Pick<Activity, "what" | "by" | "client" | "connection">,
  t: Translator,
): string {
  const { portal } = namesOf(connection, t);
  const software = t("activity.software", { client: client ?? "none" });
  return t(`activity.happened.${what}`, { portal, by, software });
}
