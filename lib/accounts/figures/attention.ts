import "server-only";
import { DAYS_KEPT } from "../revocation/queue";
import type { Attention, Figures } from "./shape";

/** What an operator should look at. What mends itself, such as a link that waits for its portal, is none of it. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** The app looks once a minute; so far behind, and it is not running, or stuck. */
const WATCH_SECONDS = 600;

/** From so many links on, a portal where more than one in ten needs its member has not lost them one by one. */
const MANY = 20;

export function attentionTo(figures: Figures, now: Date): Attention[] {
  return [
    ...portals(figures),
    ...figures.links.filter(({ offered }) => offered).flatMap(linksAt),
    ...checks(figures, now),
    ...revocations(figures, now),
    ...events(figures, now),
    ...watch(figures),
  ];
}

function portals({ portals_in_trouble }: Figures): Attention[] {
  return portals_in_trouble.map(({ portal, environment, reason, since }) => ({
    about: "portal",
    sentence: `${portal} (${environment}) has been in trouble since ${since}: ${reason}.`,
  }));
}

function linksAt(links: Figures["links"][number]): Attention[] {
  const { connection, connected, stale, broken, unknown, needs_reconnect } = links;
  const all = connected + stale + broken + unknown;
  const found: Attention[] = [];
  if (links.registration_refused > 0) {
    found.push({
      about: "registration",
      sentence: `${connection} does not accept our registration: see its _CLIENT_ID and _CLIENT_SECRET.`,
    });
  }
  if (all > 1 && needs_reconnect === all) {
    const sentence = `All ${all} links of ${connection} need their users.`;
    found.push({ about: "links", sentence });
  } else if (all >= MANY && needs_reconnect > all / 10) {
    const sentence = `${needs_reconnect} of about ${all} links of ${connection} need their users: more than one in ten.`;
    found.push({ about: "links", sentence });
  }
  return found;
}

/** While a portal is in trouble, check-links leaves its links out. */
function checks({ links, portals_in_trouble }: Figures, now: Date): Attention[] {
  const leftOut = portals_in_trouble.flatMap(({ connections }) => connections);
  return links
    .filter((each) => each.offered && isOld(each.oldest_check_at, now))
    .filter(({ connection }) => !leftOut.includes(connection))
    .map(({ connection, oldest_check_at }) => ({
      about: "checks",
      sentence: `Links of ${connection} have not been checked since ${oldest_check_at}: let cron run check-links.`,
    }));
}

function revocations({ queues }: Figures, now: Date): Attention[] {
  const { failed_last_day: failed, oldest_at } = queues.revocations;
  const found: Attention[] = [];
  if (failed > 0) {
    const sentence = `${failed} revocations of the last day came to nothing: portals may still let those tokens in.`;
    found.push({ about: "revocations", sentence });
  }
  if (isOld(oldest_at, now)) {
    const sentence = `Revocations have waited since ${oldest_at}. After ${DAYS_KEPT} days they are given up.`;
    found.push({ about: "revocations", sentence });
  }
  return found;
}

/** Who has never fetched any does without. */
function events({ queues }: Figures, now: Date): Attention[] {
  return queues.events
    .filter(({ has_fetched, oldest_at }) => has_fetched && isOld(oldest_at, now))
    .map(({ client, oldest_at }) => ({
      about: "events",
      sentence: `${client ?? "Keys without a client"}: events have waited since ${oldest_at} to be fetched.`,
    }));
}

function watch({ queues }: Figures): Attention[] {
  const { seconds_behind: seconds } = queues.watch;
  if (seconds <= WATCH_SECONDS) return [];
  const sentence = `What the app does once a minute is ${seconds} seconds behind: is it running?`;
  return [{ about: "watch", sentence }];
}

function isOld(moment: string | null, now: Date) {
  return moment !== null && now.getTime() - Date.parse(moment) > DAY_MS;
}
