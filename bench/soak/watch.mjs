import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { openConnections } from "../load.mjs";

/**
 * Looks at a process every few seconds, until the time is over.
 * @param database the address of its database, to count its connections there
 * @returns samples: seconds since it began, and what was found then; `held` is null where nothing was collected
 */
export async function watch(app, { database, seconds, every, collectEvery, onSample }) {
  const session = new Client(database);
  await session.connect();
  const samples = [];
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  let collected = 0;
  await app.ask("state"); // from now on it measures
  while (passed() + every < seconds) {
    await sleep(every * 1000);
    const at = passed();
    const { rss, heapUsed, accepted, delay } = await app.ask("state");
    const isDue = at >= (collected + 1) * collectEvery;
    if (isDue) collected += 1;
    const sample = {
      ...{ at, rss, heapUsed, delay },
      held: isDue ? await app.ask("held") : null,
      descriptors: await descriptorsOf(app.pid, accepted),
      connections: await connectionsIn(session),
    };
    samples.push(sample);
    onSample(sample);
  }
  await session.end();
  return samples;
}

/**
 * All but our own connections to it: there are more of those while the machine is busy, and each is a descriptor there. Not every one
 * of ours is accepted already, and what it holds on to when we have closed our end counts. Null where the machine does not tell.
 */
async function descriptorsOf(pid, accepted) {
  const open = await readdir(`/proc/${pid}/fd`).catch(() => null);
  return open && open.length - Math.min(accepted, openConnections());
}

async function connectionsIn(session) {
  const { rows } = await session.query(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  return rows[0].count;
}
