import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { PACE } from "./pace.mjs";

/** Loaded before one of Portico's processes: what it waits for, and how long it waits for a portal, takes a tenth of the time. */

const { timeout } = AbortSignal;
AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, Math.ceil(milliseconds / PACE));

const { setTimeout: sleep } = timers;
timers.setTimeout = (milliseconds, ...rest) => sleep(milliseconds / PACE, ...rest);
syncBuiltinESMExports();
