import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LineResult } from "@/lib/accounts/imports/run";
import { ImportResults } from "./import-results";
import { linesOf } from "./lines";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-lines-"));
  file = join(folder, "links.jsonl");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function lines() {
  const all: [number, string | null][] = [];
  for await (const { number, text } of linesOf(file)) all.push([number, text]);
  return all;
}

test("a file has its lines, however they end, and without those that are blank", async () => {
  writeFileSync(file, "\uFEFFone\r\n\n  \ntwo\nthree");
  expect(await lines()).toEqual([
    [1, "one\r"],
    [4, "two"],
    [5, "three"],
  ]);
  writeFileSync(file, "");
  expect(await lines()).toEqual([]);
});

test("a line that is too long is read past", async () => {
  writeFileSync(file, `one\n${"x".repeat(300_000)}\nthree\n`);
  expect(await lines()).toEqual([
    [1, "one"],
    [2, null],
    [3, "three"],
  ]);
});

const result = (line: number): LineResult => ({
  ...{ line, external_id: "a", connection: "olx-otodom" },
  result: "imported",
  refresh_token_spent: false,
});

test("results say which lines are done, also after a kill in the middle of a line", async () => {
  writeFileSync(file, "{}\n");
  const first = await ImportResults.of(file);
  for (const line of [3, 1, 20_000]) first.add(result(line));
  appendFileSync(`${file}.results.jsonl`, '{"line": 7, "resu');
  const second = await ImportResults.of(file);
  expect([second.before, [1, 2, 3, 7, 20_000].map((line) => second.has(line))]).toEqual([
    3,
    [true, false, true, false, true],
  ]);
  second.add(result(7));
  const rows = readFileSync(`${file}.results.jsonl`, "utf8").trim().split("\n");
  expect(rows.slice(1).map((row) => JSON.parse(row).line)).toEqual([3, 1, 20_000, 7]);
});

test("results of another file, and what are none, are not added to", async () => {
  writeFileSync(file, "{}\n");
  (await ImportResults.of(file)).add(result(1));
  writeFileSync(file, "{ }\n");
  await expect(ImportResults.of(file)).rejects.toThrow(/results of another file/);
  const notes = join(folder, "notes");
  writeFileSync(notes, "hello\n");
  await expect(ImportResults.of(file, notes)).rejects.toThrow(/no results of an import/);
  expect(readFileSync(notes, "utf8")).toBe("hello\n");
});
