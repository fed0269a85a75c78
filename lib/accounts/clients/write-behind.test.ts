import { afterEach, expect, test, vi } from "vitest";
import { beginProcess } from "@/lib/process/testing";
import { everythingWritten, WriteBehind } from "./write-behind";

afterEach(() => {
  vi.restoreAllMocks();
  beginProcess();
});

test("what is collected is written together, the last of each key", async () => {
  const written: string[][] = [];
  const behind = new WriteBehind<string>("test", 60_000, async (items) => void written.push(items));
  behind.add("a", "old");
  behind.add("b", "other");
  behind.add("a", "new");
  await everythingWritten();
  await everythingWritten();
  expect(written).toEqual([["new", "other"]]);
});

test("it is written after a while without being asked", async () => {
  const written: string[][] = [];
  new WriteBehind<string>("test", 10, async (items) => void written.push(items)).add("a", "x");
  await vi.waitFor(() => expect(written).toEqual([["x"]]));
});

test("what could not be written is written the next time, unless there is newer", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const written: string[][] = [];
  let away = true;
  const behind = new WriteBehind<string>("test", 60_000, async (items) => {
    if (away) throw new Error("away");
    written.push(items);
  });
  behind.add("a", "old");
  behind.add("b", "other");
  await behind.flush();
  away = false;
  behind.add("a", "new");
  await behind.flush();
  expect(written).toEqual([["new", "other"]]);
});

test("where items of one key are joined, none is lost with a writing that failed", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const written: number[][] = [];
  let away = true;
  const write = async (items: number[]) => {
    if (away) throw new Error("away");
    written.push(items);
  };
  const behind = new WriteBehind<number>("test", 60_000, write, (older, newer) => older + newer);
  behind.add("a", 1);
  behind.add("a", 2);
  await behind.flush();
  away = false;
  behind.add("a", 4);
  await behind.flush();
  expect(written).toEqual([[7]]);
});

test("a database that is away for long does not fill the memory", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const write = vi.fn(async () => Promise.reject(new Error("away")));
  const behind = new WriteBehind<number>("test", 60_000, write);
  for (let n = 0; n < 10_001; n += 1) behind.add(String(n), n);
  await behind.flush();
  await behind.flush();
  expect(write).toHaveBeenCalledTimes(1);
});
