import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { productName } from "@/lib/auth/pages/offers";
import { numberFormat } from "@/lib/language/formats";
import type { SentenceKey, Translator } from "@/lib/language/translators";
import { isForAdministrators } from "../../_components/for-administrators";
import type { Sign } from "../../_components/icon";
import { comingDay } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";
import { conditionOf, needsConsentSoon } from "./condition";
import type { Position } from "./position";

/**
 * Who it is at the portal, in the order of how well it tells links apart. A number, of those that would read alike, is among the first two:
 * a row shows no more.
 */
export function whoIsIt(
  { label, member, identified, badge }: LinkedPortal,
  position: Position | null,
  { t, locale }: Viewer,
): string[] {
  const { name, email, agency, listings } = member;
  const noName = identified && !label ? t("link.noName", { portal: badge.name }) : null;
  const count = listings === null ? null : t("link.listings", { count: listings });
  const number =
    position &&
    t("link.loginOf", {
      position: numberFormat(locale).format(position.position),
      all: numberFormat(locale).format(position.all),
    });
  const known = [label, name ?? email ?? noName, agency, count].filter((each) => each !== null);
  return number === null ? known : [...known.slice(0, 1), number, ...known.slice(1)];
}

/** How a link is: a sign, a word and an ink, which never disagree, and a sentence where the word does not say what to do. */
export type StateWords = {
  sign: Sign;
  look: "good" | "calm" | "care";
  word: string;
  sentence: string | null;
  /** Whether the sentence names the user's administrator, who has to mend it. */
  forAdministrator?: boolean;
  /** When that was found out; null where it was not asked. */
  at: Date | null;
};

export function stateWords(link: LinkedPortal, now: Date, viewer: Viewer): StateWords {
  const { t } = viewer;
  const { status, aside } = link;
  if (aside) {
    return {
      ...{ sign: "pause", look: "calm", at: null },
      word: t("link.setAside"),
      ...meaning(asideKey(link), link, t),
    };
  }
  if (status.state === "unknown") {
    return { sign: "waiting", look: "calm", word: t("link.notChecked"), sentence: null, at: null };
  }
  const at = status.checkedAt;
  if (status.state === "broken") {
    return {
      ...{ sign: "care", look: "care", at },
      word: t("link.needsYou"),
      ...meaning(brokenKey(status.reason), link, t),
    };
  }
  if (needsConsentSoon(link, now) && link.consentBy) {
    const ended = link.consentBy <= now;
    const day = comingDay(link.consentBy, now, viewer);
    return {
      ...{ sign: "care", look: "care", at },
      word: t(ended ? "link.consent.ended" : "link.consent.soon", { day }),
      sentence: t(ended ? "link.consent.endedMeans" : "link.consent.soonMeans"),
    };
  }
  if (conditionOf(link) === "onHold" && status.state === "stale") {
    return {
      ...{ sign: "hold", look: "calm", at },
      word: t("link.onHold"),
      ...meaning(heldKey(status.reason), link, t),
    };
  }
  if (status.state === "stale") {
    return {
      sign: "resting",
      look: "calm",
      word: t("link.resting"),
      sentence: t("link.restingMeans"),
      at,
    };
  }
  return { sign: "check", look: "good", word: t("link.works"), sentence: null, at };
}

type Meaning = ReturnType<typeof asideKey | typeof brokenKey | typeof heldKey>;

function meaning(key: Meaning, { badge, environment }: LinkedPortal, t: Translator) {
  const names = { portal: badge.name, product: productName(), environment };
  return { sentence: t(key, names), forAdministrator: isForAdministrators(key) };
}

function asideKey({ aside }: LinkedPortal) {
  return aside === "not_offered" ? "link.notOffered" : "link.otherEnvironment";
}

const broken = [
  "invalid_grant",
  "invalid_token",
  "expired_token",
  "refused_for_long",
  "answer_lost",
  "other_client",
  "invalid_client",
  "unverified",
  "access_denied",
  "refused",
  "clock_skewed",
] as const;

/** The reason is a word from our records, and an unexpected word still gets a sentence. */
function brokenKey(reason: string) {
  const known = broken.find((each) => each === reason) ?? "other";
  return `link.broken.${known}` as const satisfies SentenceKey;
}

const held = [
  "clock_skewed",
  "rate_limited",
  "refused_for_now",
  "unreachable",
  "redirected",
] as const;

/** What keeps a portal from answering passes by itself, or is for others to mend. */
function heldKey(reason: string) {
  const word = reason === "timed_out" ? "unreachable" : reason;
  const known = held.find((each) => each === word) ?? "other";
  return `link.held.${known}` as const satisfies SentenceKey;
}
