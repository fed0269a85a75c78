/** What a peer's failure is called: its words are the same for a portal that is down and a link that is dead. */
export const SAME_FOR_ALL = "error";

/** A link in the weather: what its callers were told, and whether that was so. */
export class Link {
  /** Token sets that callers got. */
  seen = new Set();
  /** Since when it needs its member, and why; null while it does not. */
  broken = null;
  /** Each time it needed its member: the hour, the reason given, and whether the portal had ended it. */
  broke = [];
  /** What callers were told and was not so, by what it was. */
  wrong = new Map();
  /** Callers who got no token, by what they were told. */
  told = new Map();
  #newest = 0;
  #requests = { hour: -1, count: 0 };

  /** @param family its tokens at the portal */
  constructor({ n, family, portal }) {
    Object.assign(this, { n, family, portal });
  }

  /** How many requests came for it in this hour before, this one not counted. */
  requestsIn(hour) {
    const { count } = this.#requests.hour === hour ? this.#requests : { count: 0 };
    this.#requests = { hour, count: count + 1 };
    return count;
  }

  /**
   * @param answers what its callers got in one step
   * @param context whether the database was away meanwhile, and the hour
   * @returns whether one of them got a token
   */
  note(answers, { databaseAway, clock }) {
    const newest = this.#newest;
    for (const answer of answers) {
      if (answer.set) this.#noteToken(answer.set, newest);
      else if (!answer.gone) this.#noteFailure(answer, { databaseAway, hour: clock.hour });
    }
    return answers.some(({ set }) => set);
  }

  #noteToken(set, newest) {
    this.seen.add(set);
    this.#newest = Math.max(this.#newest, set);
    if (set < newest) this.#count(this.wrong, "an old token");
  }

  #noteFailure({ kind, reason }, { databaseAway, hour }) {
    this.#count(this.told, `${kind}: ${reason}`);
    const { ended } = this.family;
    if (kind === "reconnect_needed") {
      if (!this.broken) this.broke.push({ hour, reason, ended });
      this.broken ??= { hour, reason };
      if (!ended) this.#count(this.wrong, `"${reason}" of a link that lives`);
      else if (reason !== "answer_lost") this.#count(this.wrong, `"${reason}" of a lost answer`);
    } else if (kind === "portal_unavailable") {
      if (ended && this.#wasRefused())
        this.#count(this.wrong, `"${reason}" of a link that is dead`);
    } else if (kind !== SAME_FOR_ALL && !databaseAway) {
      this.#count(this.wrong, `${kind}: ${reason}`);
    }
  }

  /** Whether the portal's last word on it was a refusal, and arrived. */
  #wasRefused() {
    const last = this.family.log.at(-1);
    return last.reached && last.issued === null && last.fault === null;
  }

  #count(counts, what) {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
}
