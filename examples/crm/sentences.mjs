/**
 * What came of a trip to Portico, in the words of an agent.
 *
 * @typedef {import("./pages.mjs").Notice} Notice
 * @typedef {import("./connect.mjs").Outcome} Outcome
 */

/** Problems of one portal; new ones may come. @type {Record<string, string>} */
const problemSentences = {
  access_denied: "you said no there",
  linked_for_another:
    "this login is connected for another agent here. Ask them, or use another login",
};

/** @type {Record<Exclude<Outcome["kind"], "connected">, { title: string, line: string }>} */
const sentences = {
  declined: { title: "Nothing was connected", line: "You said no, and nothing has changed." },
  failed: {
    title: "Nothing was connected",
    line: "It did not work at the portal, and nothing has changed. Try again in a while.",
  },
  expired: {
    title: "That took too long",
    line: "For your safety it was closed, and nothing was connected. Start again, and finish it in one go.",
  },
  refused: {
    title: "This could not be finished",
    line: "What came back does not fit what you began here, so nothing was connected. Start again.",
  },
  gone: { title: "This is over", line: "Nothing was connected. Start again." },
  unknown: {
    title: "You did not begin this here",
    line: "It was begun in another browser or by another agent, so nothing was connected for you. Start again from this page.",
  },
  not_yet: { title: "Not finished yet", line: "You came back before a portal was connected." },
};

/**
 * @param {Outcome} outcome
 * @param {(connection: string) => string} nameOf
 * @returns {Notice}
 */
export function noticeOf(outcome, nameOf) {
  const problems = outcome.problems.map(({ connection, problem }) => {
    const sentence = problemSentences[problem] ?? "it did not work. Try again in a while";
    return `${nameOf(connection)}: ${sentence}.`;
  });
  if (outcome.kind === "connected") {
    const names = [...new Set(outcome.links.map(({ connection }) => nameOf(connection)))];
    return { tone: "good", title: `Connected: ${names.join(", ")}`, lines: problems };
  }
  const { title, line } = sentences[outcome.kind];
  const onward = outcome.kind === "not_yet" && { href: outcome.url, label: "Go on connecting" };
  return { tone: "care", title, lines: [line, ...problems], ...(onward && { onward }) };
}

/** @type {Record<string, string>} */
const revocations = {
  revoked: "The portal has taken our permission back.",
  queued: "The portal will be asked to take our permission back.",
  not_needed: "Another connection to the same account goes on.",
};

/**
 * @param {string} name
 * @param {{ revocation: string | null, removal_url?: string }} done
 * @returns {Notice}
 */
export function disconnectedNotice(name, { revocation, removal_url }) {
  const title = `${name} is disconnected`;
  if (revocation !== "at_the_portal") {
    const line = revocation && revocations[revocation];
    return { tone: "good", title, lines: line ? [line] : [] };
  }
  const lines = [
    "We no longer use it. Only you can take the permission itself back, at the portal.",
  ];
  const onward = removal_url && { href: removal_url, label: `Take it back at ${name}` };
  return { tone: "good", title, lines, ...(onward && { onward }) };
}
