import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startWorker } from "../../lib/accounts/refresh/fixtures/processes.ts";
import { isAlive, linkTo, relink } from "../../lib/accounts/refresh/fixtures/storm.ts";
import { root } from "../apps.mjs";
import { open } from "../portico.mjs";

/** Portico in the weather: three processes beside one PostgreSQL, links at two portals. */

/** Tables whose moments are a record, and decide nothing. */
const RECORDS = [
  ...["User", "RefreshAttempt", "AuditEvent", "Revocation", "ServiceKey", "Session"],
  ...["VerificationToken", "_prisma_migrations"],
];

const SITES = ["otodom", "imovirtual"];

export async function porticoSide({ server, portal }) {
  const url = await server.create("weather-portico");
  const { client: db, close } = await open(url);
  const settings = settingsOf(url, portal);
  const newKey = `k2:${randomBytes(32).toString("base64")}`;
  const moves = await movesOf(db);

  return {
    processes: 3,
    async addLink(link) {
      link.id = await linkTo(db, link.family, { provider: `olx-${SITES[link.portal]}` });
    },
    start: () => startPortico(settings),
    /** What a deploy brings, for the processes that start from now on. */
    settings(kind) {
      const { TOKEN_KEYS: old } = process.env;
      if (kind === "new key") settings.TOKEN_KEYS = `${old},${newKey}`;
      if (kind === "new key first") settings.TOKEN_KEYS = `${newKey},${old}`;
    },
    async rotate() {
      const script = ["--conditions=react-server", "--import", "tsx", "scripts/keys-rotate.ts"];
      const { stdout } = await promisify(execFile)(process.execPath, script, {
        cwd: root,
        env: { ...process.env, ...settings },
      });
      console.error(stdout);
    },
    async pass(seconds) {
      for (const move of moves) await insisting(() => db.$executeRawUnsafe(move, seconds));
    },
    async relink(link) {
      const family = portal.renew(link.family);
      await insisting(() => relink(db, link.id, family));
    },
    journalOf: (link) =>
      db.refreshAttempt.findMany({ where: { accountId: link.id }, orderBy: { id: "asc" } }),
    /** Each link with whether its portal gives it new tokens now. */
    async aliveOf(links) {
      const survivor = await startWorker(settings);
      const alive = new Map();
      for (const link of links) alive.set(link, await isAlive(survivor, link.id, link.family));
      survivor.kill();
      return alive;
    },
    close,
  };
}

/** Both portals are one program, at an address each, with credentials of its own. */
function settingsOf(url, portal) {
  const settings = {
    OLX_SITES: SITES.join(" "),
    DATABASE_URL: url,
    LOG_LEVEL: "error",
    NODE_OPTIONS: `--import ${join(import.meta.dirname, "paced.mjs")}`,
  };
  for (const [n, site] of SITES.entries()) {
    const stem = `OLX_${site.toUpperCase()}`;
    settings[`${stem}_CLIENT_ID`] = "client";
    settings[`${stem}_CLIENT_SECRET`] = "client-secret";
    settings[`${stem}_API_KEY`] = "key";
    settings[`${stem}_AUTHORIZATION_URL`] = `${portal.urls[n]}/authorize`;
    settings[`${stem}_TOKEN_URL`] = `${portal.urls[n]}/token`;
    settings[`${stem}_MEMBER_URL`] = `${portal.urls[n]}/advert/v1/meta`;
    settings[`${stem}_API_URL`] = portal.urls[n];
  }
  return settings;
}

/** A process that finds no database ends, and what watches it starts it again. */
async function startPortico(settings) {
  const worker = await insisting(() => startWorker(settings));
  return {
    async ask(asks) {
      const links = asks.flatMap(({ link, callers }) => Array(callers).fill(link.id));
      const all = await worker.ask({ links, callers: 1 }).catch(() => links.map(() => "gone"));
      return asks.map(({ callers }) => all.splice(0, callers).map(readAnswer));
    },
    async kill() {
      worker.kill();
      await worker.ended();
    },
    async end() {
      worker.end();
      await worker.ended();
    },
  };
}

function readAnswer(answer) {
  if (answer === "gone") return { gone: true };
  return answer.token ? { set: Number(answer.token.split(".")[1]) } : answer;
}

/**
 * The statements that let time pass: every moment that a link, or what is known of a portal, has in the database is then
 * so many seconds further in the past.
 */
async function movesOf(db) {
  const tables = await db.$queryRawUnsafe(
    `SELECT table_name AS name,
       string_agg(format('%1$I = %1$I - make_interval(secs => $1::int)', column_name), ', ') AS moved
     FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type LIKE 'timestamp%' AND NOT table_name = ANY($1)
     GROUP BY table_name`,
    RECORDS,
  );
  const expiry = ", expires_at = expires_at - $1::int";
  return tables.map(
    ({ name, moved }) => `UPDATE "${name}" SET ${moved}${name === "Account" ? expiry : ""}`,
  );
}

/** The database may be starting. */
async function insisting(work) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}
