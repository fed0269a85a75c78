import { loggedPortal } from "../../lib/accounts/refresh/fixtures/logged-portal.ts";
import { faultNamed } from "./answers.mjs";
import { Link } from "./link.mjs";

/** Two portals in one program, an address each: the first forgives one reuse of a refresh token, the second none. */

const EXPIRES_IN = 3_600;

/** @param clock the hour of the run */
export async function portalIn(weather, clock) {
  const links = new Map();
  const requests = new RequestsOfStep();
  let isCalm = false;
  const portal = await loggedPortal({
    expiresIn: EXPIRES_IN,
    hour: () => clock.hour,
    addresses: 2,
    fault(family) {
      const link = links.get(family);
      const request = link.requestsIn(clock.hour);
      const { n, portal: at } = link;
      const where = { portal: at, link: n, hour: clock.hour, request };
      const name = isCalm ? null : weather.faultAt(where);
      return name && faultNamed(name);
    },
    onAsked: () => requests.came(),
  });
  return {
    urls: portal.urls,
    renew: portal.renew,
    close: portal.close,
    /** A new link, every second one at the portal that forgives nothing. */
    link(n) {
      const family = portal.family({ forgiving: n % 2 === 0 });
      const link = new Link({ n, family, portal: n % 2 });
      links.set(family, link);
      return link;
    },
    beginStep: () => requests.begin(),
    /** Resolves when so many requests have come since the step began. */
    requestsInStep: (count) => requests.untilCame(count),
    /** From now on nothing comes between. */
    calmDown() {
      isCalm = true;
    },
  };
}

class RequestsOfStep {
  #count = 0;
  #waiting = [];

  begin() {
    this.#count = 0;
    this.#waiting = [];
  }

  came() {
    this.#count += 1;
    for (const { count, resolve } of this.#waiting) if (this.#count >= count) resolve();
  }

  untilCame(count) {
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}
