import { faults, yearly } from "./weather.mjs";

/** What is printed of a year: its weather first, and then what came of each contender's links. */

export function printRates({ hours, seed, roughness }, weather) {
  console.log(`Seed ${seed}, ${hours} hours, ${roughness} × the rates of a year.\n`);
  console.log("| Of 100,000 requests | meet | and the portal |\n|---|---|---|");
  for (const [name, { rate, reached }] of Object.entries(faults)) {
    const done = reached ? "has rotated the tokens" : "has done nothing";
    console.log(`| ${rate * roughness} | ${name} | ${done} |`);
  }
  console.log(
    `\nIn a year: ${Object.entries(yearly)
      .map(([what, count]) => `${count * roughness} ${what}`)
      .join(", ")}.`,
  );
  for (const [n, outages] of weather.outages.entries()) {
    const down = outages.reduce((sum, { from, until }) => sum + until - from, 0);
    console.log(`Portal ${n + 1} is down ${outages.length} times, ${down} hours in all.`);
  }
  console.log();
}

/** A line for the links at each portal, and what they met and their callers were told. */
export function reportOf({ verdicts, hours, seconds, alone }) {
  return [true, false].map((forgiving) => {
    const these = verdicts.filter(({ link }) => link.family.forgiving === forgiving);
    const callers = alone ? "one caller an hour" : "several callers at once";
    const reuse = `reuse ${forgiving ? "forgiven once" : "not forgiven"}`;
    return {
      conditions: `${these.length} links, ${callers}, ${reuse}, ${hours} hours in ${seconds} s`,
      result: resultOf(these).join("; "),
      details: detailsOf(these).join("\n"),
    };
  });
}

function resultOf(these) {
  const broke = these.flatMap(({ link }) => link.broke);
  const endings = these.flatMap((each) => each.endings);
  const lost = endings.filter(({ inevitable }) => !inevitable).map(({ at }) => at);
  const named = broke.filter(({ ended, reason }) => ended && reason === "answer_lost");
  const total = (count) => these.reduce((sum, each) => sum + count(each), 0);
  return [
    `${total(({ refreshes }) => refreshes)} refreshes`,
    `${lost.length} links lost${spanOf(lost)}`,
    `${broke.filter(({ ended }) => !ended).length} given up that lived`,
    `${endings.length - lost.length} ended by a lost answer, ${named.length} of them named so`,
    `${total(({ answersLost }) => answersLost)} answers lost, ${total(({ retries }) => retries)} asked for again`,
    `${total(({ usedAgain }) => usedAgain.length)} tokens used again`,
    `${total(({ unaccounted }) => unaccounted.length)} answers unaccounted for`,
    `${these.filter(({ alive }) => alive === false).length} not alive at the end`,
    `${total(({ link }) => totalOf(link.wrong))} wrong explanations`,
  ];
}

function spanOf(hours) {
  if (hours.length === 0) return "";
  return ` in hours ${Math.min(...hours)} to ${Math.max(...hours)}`;
}

function detailsOf(these) {
  const faults = these.flatMap(({ link }) => link.family.log).flatMap(({ fault }) => fault ?? []);
  return [
    `wrong explanations: ${listed(added(these.map(({ link }) => link.wrong)))}`,
    `callers without a token were told: ${listed(added(these.map(({ link }) => link.told)))}`,
    `requests met: ${listed(added(faults.map((fault) => new Map([[fault, 1]]))))}`,
  ];
}

function added(maps) {
  const all = new Map();
  for (const map of maps) for (const [what, n] of map) all.set(what, (all.get(what) ?? 0) + n);
  return all;
}

const totalOf = (counts) => [...counts.values()].reduce((one, other) => one + other, 0);

function listed(counts) {
  const parts = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([what, n]) => `${n} × ${what}`);
  return parts.join(", ") || "none";
}
