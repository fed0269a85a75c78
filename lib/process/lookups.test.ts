import { expect, test } from "vitest";
import { Lookups } from "./lookups";
import { TooManyRequests } from "./too-many-requests";

/** A table, and how often it was asked. */
function table(...rows: string[]) {
  const asked = { times: 0 };
  const read = (name: string) => async () => {
    asked.times += 1;
    return rows.includes(name) ? name : null;
  };
  return { asked, read };
}

const rate = { perSecond: 10, burst: 20 };

test("what is missing is asked for once in ten seconds", async () => {
  const lookups = new Lookups(rate, 0);
  const { asked, read } = table();
  for (let n = 0; n < 1_000; n += 1)
    expect(await lookups.find("invented", read("invented"), 9_999)).toBeNull();
  expect(asked.times).toBe(1);
  await lookups.find("invented", read("invented"), 19_999);
  expect(asked.times).toBe(2);
});

test("of a thousand invented names so many are asked for, and known ones go on being found", async () => {
  const lookups = new Lookups(rate, 0);
  const { asked, read } = table("known", "new");
  await lookups.find("known", read("known"), 0);
  const refused = [];
  for (let n = 0; n < 1_000; n += 1) {
    const name = `invented-${n}`;
    refused.push(await lookups.find(name, read(name), 0).catch((error) => error));
  }
  expect(asked.times).toBe(20);
  expect(refused.at(-1)).toBeInstanceOf(TooManyRequests);
  expect(await lookups.find("known", read("known"), 0)).toBe("known");
  await expect(lookups.find("new", read("new"), 0)).rejects.toThrow(TooManyRequests);
  expect(await lookups.find("new", read("new"), 1_000)).toBe("new");
});

test("a database that is away says nothing of what is missing", async () => {
  const lookups = new Lookups(rate, 0);
  const away = () => Promise.reject(new Error("away"));
  await expect(lookups.find("known", away, 0)).rejects.toThrow("away");
  const { read } = table("known");
  expect(await lookups.find("known", read("known"), 0)).toBe("known");
});
