import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** What a process writes into a lock file about itself. */
const Holder = z.object({
  pid: z.int().positive(),
  /** When it started, in clock ticks since boot: a process id is used again, both together are not. */
  started: z.string().nullable(),
  /** Where its process id means something: one boot of one machine, one container. */
  place: z.string(),
});

type Holder = z.infer<typeof Holder>;

/** This process, as a lock file names it. */
export function thisProcess(): Holder {
  return {
    pid: process.pid,
    started: processStatus(process.pid)?.started ?? null,
    place: thisPlace(),
  };
}

/** Reads a lock file's content; null when it is empty or damaged, as a power failure leaves it. */
export function readHolder(content: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(content));
  } catch {
    return null; // its writer cannot be asked
  }
}

/** Whether a holder still runs; "unknown" where its process id tells us nothing. */
export function stateOf(holder: Holder | null): "alive" | "dead" | "unknown" {
  if (!holder || holder.place !== thisPlace()) return "unknown";
  if (!exists(holder.pid)) return "dead";
  const status = processStatus(holder.pid);
  if (!status || !holder.started) return "unknown";
  return status.ended || status.started !== holder.started ? "dead" : "alive";
}

export function isHere(holder: Holder) {
  return holder.place === thisPlace();
}

function exists(pid: number) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** proc(5); null where there is no such file. */
function processStatus(pid: number) {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (!stat) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold anything
  const [state, started] = [fields[0], fields[19]];
  return started ? { started, ended: state === "Z" || state === "X" } : null;
}

function thisPlace() {
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const container = read(() => readlinkSync("/proc/self/ns/pid"));
  return boot && container ? `${boot} ${container}` : hostname();
}

function read(from: () => string) {
  try {
    return from();
  } catch {
    return null; // not Linux, or not ours to see
  }
}
