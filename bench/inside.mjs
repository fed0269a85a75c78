import { subscribe } from "node:diagnostics_channel";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Loaded into an app that is measured: says of its process what it is asked. */

const RESOLUTION_MS = 10;

let delays = null;
let collect = null;
let accepted = 0;

subscribe("net.server.socket", ({ socket }) => {
  accepted += 1;
  socket.once("close", () => {
    accepted -= 1;
  });
});

const answers = {
  /** How long it has computed so far, in microseconds. */
  computed: () => process.cpuUsage(),
  /**
   * Bytes of memory as they are, how many connections it has accepted that are open, and for how long the event loop did not come
   * round since the last time, in milliseconds.
   */
  state() {
    delays ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    const beyond = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS) || 0;
    const delay = { p99: beyond(delays.percentile(99)), most: beyond(delays.max) };
    delays.reset();
    return { ...process.memoryUsage(), accepted, delay };
  },
  /** Bytes that are still in use after everything else was collected: the heap, and buffers beside it. */
  held() {
    collect ??= collector();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    delays?.reset(); // the wait was ours
    return heapUsed + external;
  },
};

function collector() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

process.on("message", (question) => process.send(answers[question]()));
