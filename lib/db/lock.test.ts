import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newFolder } from "./fixtures/folder";
import { runFixture } from "./fixtures/run";
import { thisProcess } from "./holder";
import { lockFile } from "./lock";

test("a second process is told who holds the lock and what to do", async () => {
  const file = newFile();
  const holder = runFixture("hold-lock", file);
  await holder.line("held");

  const refused = lockFile(file, { waitMs: 200 });
  await expect(refused).rejects.toMatchObject({ code: "in_use" });
  await expect(refused).rejects.toThrow(
    `is in use by process ${holder.pid}: stop it, or set DATABASE_URL to use PostgreSQL.`,
  );
  await holder.kill();
});

test("this process is refused its own lock a second time", async () => {
  const file = newFile();
  const release = await lockFile(file);
  await expect(lockFile(file, { waitMs: 0 })).rejects.toThrow(`process ${process.pid}`);
  release();
  (await lockFile(file, { waitMs: 0 }))();
});

test("the lock of a killed process is had at once", async () => {
  const file = newFile();
  const holder = runFixture("hold-lock", file);
  await holder.line("held");
  await holder.kill("SIGKILL");

  const release = await lockFile(file, { waitMs: 0 });
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(thisProcess());
  release();
});

test("a process that is about to end is waited for, and that is said once", async () => {
  const file = newFile();
  const holder = runFixture("hold-lock", file, "600");
  await holder.line("held");
  const said: string[] = [];
  const release = await lockFile(file, { onWait: (sentence) => said.push(sentence) });
  expect(said).toEqual([`Waiting for process ${holder.pid} to let go of the database.`]);
  release();
  await holder.ended();
});

test("a process id that is used again, even by ourselves, holds nothing", async () => {
  const file = newFile();
  writeFileSync(file, JSON.stringify({ ...thisProcess(), started: "1" }));
  const release = await lockFile(file, { waitMs: 0 });
  release();
});

test("a damaged lock file is given time, as its holder may be writing it", async () => {
  const file = newFile();
  writeFileSync(file, "");
  const waiting = lockFile(file, { waitMs: 0 });
  expect(await Promise.race([waiting, sleep(300, "still waiting")])).toBe("still waiting");
  rmSync(file);
  (await waiting)();
});

test.each(["", "{", '{"pid":-1}', "\0\0\0\0"])(
  "a damaged lock file from long ago is replaced: %j",
  async (content) => {
    const file = newFile();
    writeFileSync(file, content);
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(file, longAgo, longAgo);
    const release = await lockFile(file, { waitMs: 0 });
    release();
  },
);

test("a holder in another container is believed while it touches its file", async () => {
  const file = newFile();
  const elsewhere = { ...thisProcess(), place: "another boot, another container" };
  const touch = () => writeFileSync(file, JSON.stringify(elsewhere));
  touch();
  const beat = setInterval(touch, 50);
  await expect(lockFile(file, { waitMs: 200 })).rejects.toThrow("in another container");
  clearInterval(beat);
});

test("of a crowd that starts at a dead process's lock, and dies holding it, one at a time holds it", async () => {
  const file = newFile();
  const journal = `${file}.journal`;
  writeFileSync(file, JSON.stringify({ ...thisProcess(), started: "1" }));
  const crowd = Array.from({ length: 6 }, () =>
    runFixture("contend-for-lock", file, journal, "12"),
  );
  await Promise.all(crowd.map((one) => one.ended()));

  const lines = readFileSync(journal, "utf8").trim().split("\n");
  expect(lines).toHaveLength(6 * 12 * 2);
  for (let i = 0; i < lines.length; i += 2) {
    expect(lines[i + 1]).toBe(lines[i]?.replace("takes", "leaves"));
  }
});

function newFile() {
  return join(newFolder(), "lock");
}
