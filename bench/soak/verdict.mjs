/** Whether a process stays as it is under a steady load: what it holds, and what went wrong. */

/**
 * How much each may grow, by its trend, in the second half of a run, as a share of its level there. The first half is for warming up: code
 * is compiled, caches and pools fill. What is held after a collection hardly moves by itself, so that little growth says
 * something; the memory of the whole process goes up and down with the collector, which is not ours to judge.
 */
export const LIMITS = { held: 0.05, rss: 0.1, descriptors: 0.05 };

/** So many descriptors more are no leak: connections to the database and to portals come and go. */
const SOME_DESCRIPTORS = 10;

/** Fewer points say nothing of a trend. */
const POINTS = 5;

/**
 * @param samples `{ at, held, rss, descriptors }` in the order of `at`, which is in seconds; what was not read is null
 * @param errors how often what went wrong
 * @returns a line for each rule, with whether it is kept
 */
export function verdictOf({ samples, errors }) {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const descriptors = judged(
    samples,
    "descriptors",
    "Descriptors, without the callers' connections",
    (n) => `${Math.round(n)}`,
  );
  return [
    { what: "Errors", good: failed === 0, found: `${failed}` },
    judged(samples, "held", "Memory held after a collection", megabytes),
    judged(samples, "rss", "Memory of the process (RSS)", megabytes),
    // Where the machine does not tell them there is nothing to judge.
    ...(samples.some((sample) => sample.descriptors !== null) ? [descriptors] : []),
  ];
}

function judged(samples, name, what, shown) {
  const points = secondHalf(samples).flatMap(({ at, [name]: value }) =>
    value === null ? [] : [{ at, value }],
  );
  if (points.length < POINTS) return { what, good: false, found: "too few samples to say" };
  const { level, growth } = trendOf(points);
  const most = Math.max(LIMITS[name] * level, name === "descriptors" ? SOME_DESCRIPTORS : 0);
  const sign = growth < 0 ? "−" : "+";
  return {
    what,
    good: growth <= most,
    found: `${shown(level)}, ${sign}${shown(Math.abs(growth))} in the second half (at most +${shown(most)})`,
  };
}

function secondHalf(samples) {
  const end = samples.at(-1)?.at ?? 0;
  return samples.filter(({ at }) => at >= end / 2);
}

/**
 * The trend of Theil and Sen: the median of the slopes between all pairs, which a few points far off do not move.
 * @returns the median, and by how much the trend rises from the first point to the last
 */
export function trendOf(points) {
  const slopes = points.flatMap((one, n) =>
    points.slice(n + 1).map((other) => (other.value - one.value) / (other.at - one.at)),
  );
  const length = points.at(-1).at - points[0].at;
  return { level: median(points.map(({ value }) => value)), growth: median(slopes) * length };
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
