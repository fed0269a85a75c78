/**
 * Whether a program is asked how it is used, wherever among its words.
 * @param {readonly string[]} args
 */
export function asksForHelp(args) {
  const end = args.indexOf("--");
  const words = end < 0 ? args : args.slice(0, end);
  return words.some((word) => word === "--help" || word === "-h");
}

/**
 * Says how this program is used and ends it, when it is asked that.
 * @param {string} usage
 * @param {{ words?: boolean }} [takes] whether it takes words; one that takes none ends at any
 */
export function helpIfAsked(usage, { words = false } = {}) {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    console.log(usage);
    process.exit(0);
  }
  if (words || args.length === 0) return;
  console.error(usage);
  process.exit(1);
}
