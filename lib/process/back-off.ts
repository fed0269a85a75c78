/** How pauses grow, in seconds. */
export type BackOff = {
  /** After the first failure. */
  first: number;
  /** So many times as long as the pause before. */
  factor: number;
  longest: number;
};

/** For so long at most is heeded what another side asks for, in seconds. */
const LONGEST_HEEDED = 24 * 60 * 60;

/**
 * How many seconds to wait before the next try. Up to half of the pause is left out by chance, so that what has failed
 * together does not come back together.
 * @param failures so many in a row; 1 after the first
 * @param retryAfter seconds that the other side asks for: it is never asked sooner, but for a day's limit
 * @param chance at least 0 and less than 1; 0 is the shortest pause
 */
export function backOffSeconds(
  { first, factor, longest }: BackOff,
  failures: number,
  retryAfter: number | null = null,
  chance = Math.random(),
): number {
  const grown = Math.min(longest, first * factor ** (failures - 1));
  return Math.max(grown * (0.5 + chance / 2), Math.min(retryAfter ?? 0, LONGEST_HEEDED));
}
