import type { SentenceKey } from "@/lib/language/translators";

/** The sentences that name the reader's administrator: what they tell of is for that person to mend. */
const sentences: ReadonlySet<SentenceKey> = new Set<SentenceKey>([
  "problems.state_missing.next",
  "problems.answer_malformed.next",
  "problems.wrong_address.next",
  "problems.not_offered.next",
  "problems.member_taken.next",
  "problems.too_many_tries.next",
  "problems.other_environment.next",
  "problems.unavailable.next",
  "problems.not_saved.next",
  "problems.unfit_id.next",
  "problems.internal.next",
  "problems.invalid_grant.next",
  "problems.invalid_client.next",
  "problems.redirect_mismatch.next",
  "problems.not_admitted.next",
  "problems.unverified.next",
  "problems.clock_skewed.next",
  "problems.refused.next",
  "problems.unreachable.next",
  "problems.redirected.next",
  "problems.too_large.next",
  "problems.empty.next",
  "problems.web_page.next",
  "problems.unreadable.next",
  "problems.unexpected.next",
  "link.otherEnvironment",
  "link.broken.invalid_client",
  "link.broken.unverified",
  "link.broken.clock_skewed",
  "link.held.clock_skewed",
  "link.held.redirected",
  "signIn.nothing",
  "dashboard.emptyNowhere",
]);

export function isForAdministrators(key: SentenceKey): boolean {
  return sentences.has(key);
}
