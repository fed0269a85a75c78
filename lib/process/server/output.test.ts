import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";

/** A process that prints much goes on answering, also when what it prints is not taken. */

type Stream = "stdout" | "stderr";

const streams: Stream[] = ["stdout", "stderr"];

/** Two megabytes each. */
const REQUESTS = 20;
const LINES = REQUESTS * 2_000;

/** Starts such a server with this end of a stream; resolves to what asks it, and to what it takes in memory at an answer. */
async function talkative(stream: Stream, output: number) {
  const args = ["--import", "./lib/process/server/before-next.mjs", "--import", "tsx"];
  const stdio = ["ignore", "ignore", "ignore", "ipc"] as ("ignore" | "ipc" | number)[];
  stdio[stream === "stdout" ? 1 : 2] = output;
  const child = spawn(process.execPath, [...args, "lib/process/fixtures/talkative-server.ts"], {
    stdio,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [port] = await once(child, "message");
  const ask = async () => {
    const signal = AbortSignal.timeout(20_000);
    return Number(await (await fetch(`http://localhost:${port}/${stream}`, { signal })).text());
  };
  const end = async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    return ended;
  };
  return { ask, end };
}

/** A pipe by a name, so that it can have one reader after another. */
function pipe() {
  const folder = mkdtempSync(join(tmpdir(), "portico-output-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fds = new Set<number>();
  const opened = (fd: number) => {
    fds.add(fd);
    return fd;
  };
  const close = (fd: number) => fds.delete(fd) && closeSync(fd);
  onTestFinished(() => fds.forEach(close));
  return {
    read: () => opened(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)),
    write: () => opened(openSync(path, "w")),
    close,
  };
}

/** What comes out of a pipe until a text has come. */
async function readUntil(reader: number, text: string) {
  let said = "";
  for (const buffer = Buffer.alloc(65_536); !said.includes(text); await sleep(1)) {
    try {
      said += buffer.toString("latin1", 0, readSync(reader, buffer));
    } catch {} // nothing is there
  }
  return said;
}

function lostIn(said: string) {
  const counts = said.matchAll(/^\{"at":"[^"]+","level":"error",.*"lines":(\d+)\}$/gm);
  return [...counts].reduce((sum, [, lines]) => sum + Number(lines), 0);
}

test.each(streams)(
  "%s of which no one reads keeps no request waiting, and little memory",
  async (stream) => {
    const { read, write } = pipe();
    const reader = read();
    const { ask } = await talkative(stream, write());
    const first = await ask();
    let last = first;
    for (let n = 1; n < REQUESTS; n += 1) last = await ask();
    expect(last - first).toBeLessThan(25_000_000);

    const said = await readUntil(reader, "log.lines_lost");
    const written = said.match(/^x{999}$/gm)?.length ?? 0;
    expect(written).toBeGreaterThan(500);
    expect(written + lostIn(said)).toBe(LINES);
  },
);

test.each(streams)(
  "%s that its reader has closed keeps no request waiting, and says what was lost to the next reader",
  async (stream) => {
    const { read, write, close } = pipe();
    const reader = read();
    const { ask } = await talkative(stream, write());
    close(reader);
    for (let n = 0; n < REQUESTS; n += 1) await ask();

    const next = read();
    const [said] = await Promise.all([readUntil(next, "x\n"), ask()]);
    expect(said).toMatch(/^\{.*"event":"log.lines_lost"/);
    expect(lostIn(said)).toBe(LINES);
  },
);

test.each(streams)("%s on a disk that is full keeps no request waiting", async (stream) => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const { ask } = await talkative(stream, full);
  for (let n = 0; n < REQUESTS; n += 1) await ask();
});

test("what waits for a reader when the process ends keeps it from ending for a second at most", async () => {
  const { read, write } = pipe();
  read();
  const { ask, end } = await talkative("stdout", write());
  await ask();
  const began = Date.now();
  expect(await end()).toEqual([0, null]);
  expect(Date.now() - began).toBeLessThan(5_000);
});
