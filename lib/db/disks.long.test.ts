import { execFileSync } from "node:child_process";
import {
  cpSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newFolder } from "./fixtures/folder";
import { runFixture } from "./fixtures/run";
import { openDatabase } from "./open";

/** The embedded database on disks that are really small, or can really only be read. */

const NO_DISK = "No disk may be mounted here";

const prepared = newFolder();
await (await openDatabase({ url: null, directory: prepared })).close();

const full = (directory: string) =>
  `The disk with ${directory} is full: make room there, and start again if it has stopped. What the embedded database has acknowledged is kept.`;

/** A small disk, in memory; null where none may be mounted. */
function disk(size: string) {
  const place = newFolder();
  try {
    const args = ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", place];
    execFileSync("mount", args, { stdio: "pipe" });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync("umount", [place]));
  return place;
}

/** Takes all room of a disk but so many pages. */
function leave(place: string, pages: number) {
  const filler = join(place, "filler");
  const { bavail, bsize } = statfsSync(place);
  if (bavail > 0) writeFileSync(filler, Buffer.alloc(bavail * bsize), { flag: "a" });
  truncateSync(filler, statSync(filler).size - pages * bsize);
  return filler;
}

/** What a start comes to; it must end by itself. */
async function start(directory: string) {
  const program = runFixture("write-rows", directory);
  await program.ended();
  expect(program.complaints()).not.toMatch(/^\s+at /m);
  return program;
}

test.for(["4k", "1m", "20m", "36m"])(
  "a first start on a disk of %s is refused, and leaves nothing behind",
  async (size, context) => {
    const place = disk(size);
    if (!place) return context.skip(NO_DISK);
    const directory = join(place, "database");
    expect((await start(directory)).lines).toEqual([`refused ${full(directory)}`]);
    expect(readdirSync(directory)).toEqual([]);
  },
);

test("a start on a full disk is refused, and works when there is room again", async (context) => {
  const place = disk("80m");
  if (!place) return context.skip(NO_DISK);
  const directory = join(place, "database");
  cpSync(prepared, directory, { recursive: true });
  for (const pages of [0, 2, 8]) {
    leave(place, pages);
    expect((await start(directory)).lines).toEqual([`refused ${full(directory)}`]);
  }
  rmSync(join(place, "filler"));
  await (await openDatabase({ url: null, directory })).close();
});

test("a disk that becomes full while rows are written costs none that was acknowledged", async (context) => {
  const place = disk("80m");
  if (!place) return context.skip(NO_DISK);
  const directory = join(place, "database");
  cpSync(prepared, directory, { recursive: true });
  leave(place, 60);
  const acknowledged: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    const { lines, complaints } = await start(directory);
    acknowledged.push(
      ...lines.filter((line) => line.startsWith("row ")).map((line) => line.slice(4)),
    );
    expect(complaints() + lines.at(-1)).toContain(full(directory));
  }
  rmSync(join(place, "filler"));
  const { client, close } = await openDatabase({ url: null, directory });
  const rows = await client.auditEvent.findMany({ select: { id: true } });
  await close();
  const there = new Set(rows.map(({ id }) => String(id)));
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  await context.annotate(
    `${acknowledged.length} rows acknowledged on a disk that filled up, none missing`,
    "figure",
  );
});

test("a disk that can only be read is refused, with a database on it and without", async (context) => {
  const place = disk("80m");
  if (!place) return context.skip(NO_DISK);
  const directory = join(place, "database");
  cpSync(prepared, directory, { recursive: true });
  execFileSync("mount", ["-o", "remount,ro", place]);
  for (const each of [directory, join(place, "new"), join(place, "new", "below")]) {
    expect((await start(each)).lines).toEqual([
      `refused ${each} is on a disk that can only be read: make it writable, or set DATABASE_DIRECTORY to a folder that is.`,
    ]);
  }
});
