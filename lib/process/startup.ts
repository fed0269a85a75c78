import "server-only";
import { hasDoor, NO_DOOR } from "@/lib/accounts/connect/door";
import { loginErrors } from "@/lib/accounts/linking/login-check";
import { startRetentionClock } from "@/lib/accounts/retention/clock";
import { startRevocationClock } from "@/lib/accounts/revocation/clock";
import { keyErrors } from "@/lib/accounts/tokens/key-check";
import { vault } from "@/lib/accounts/tokens/vault";
import { startWatch } from "@/lib/accounts/watch/clock";
import { listenForApi } from "@/lib/api/port";
import { configurationNotices, connections, errorsAtStart } from "@/lib/conversation/configuration";
import { issuerNotices } from "@/lib/conversation/issuers";
import { database } from "@/lib/db/database";
import { reasonOf } from "@/lib/db/errors";
import { variables } from "@/lib/env";
import { inBackground } from "./background";
import { log, traceOf } from "./log";
import { isGuarded } from "./server/guard-mark.mjs";
import { markStarted } from "./server/starting.mjs";
import { tracesWanted } from "./traces/wanted";

const UNGUARDED =
  "Start it with npm start, or node --import ./lib/process/server/before-next.mjs before Next: requests are checked there.";

/**
 * Checks the settings, opens the database and sees whether the keys fit what is stored there. Next would log an error
 * thrown here and listen all the same, so this logs every sentence at once and ends the process; what only may surprise is
 * logged as well. At a stop the database is not closed: requests that are still finishing need it, and a code that a portal
 * has taken cannot be used again.
 */
export async function startOrExit() {
  try {
    await start();
  } catch (error) {
    log("error", "start.failed", traceOf(error));
    process.exit(1);
  }
}

async function start() {
  exitWith("start.unguarded", isGuarded() ? [] : [UNGUARDED]);
  exitWith("configuration.wrong", errorsAtStart());
  for (const message of configurationNotices()) log("warn", "configuration.notice", { message });
  if (tracesWanted(variables()))
    await import("./traces/start").then(({ startTraces }) => startTraces());
  try {
    await database();
    exitWith("keys.wrong", await keyErrors(vault()));
    exitWith("login.changed", await loginErrors());
    if (!(await hasDoor())) log("warn", "configuration.notice", { message: NO_DOOR });
    startRevocationClock();
    startRetentionClock();
    startWatch();
    inBackground(noticeIssuers()); // a portal that is slow does not keep us from starting
  } catch (error) {
    log("error", "database.unavailable", { message: error instanceof Error ? error.message : "" });
    process.exit(1);
  }
  exitWith("api.not_listening", await apiErrors());
  markStarted();
}

async function apiErrors() {
  try {
    await listenForApi();
    return [];
  } catch (error) {
    return [`API_PORT cannot be used: ${reasonOf(error)}`];
  }
}

async function noticeIssuers() {
  const notices = await issuerNotices(connections());
  for (const message of notices) log("error", "configuration.issuer", { message });
}

function exitWith(event: string, sentences: string[]) {
  for (const message of sentences) log("error", event, { message });
  if (sentences.length > 0) process.exit(1);
}
