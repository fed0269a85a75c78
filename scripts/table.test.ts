import { expect, test } from "vitest";
import { aligned } from "./table";

test("columns stand below each other, and a name that a terminal would obey stands there as its characters' names", () => {
  const rows = [
    ["Id", "Name", ""],
    ["1", "a\u001b[31m\u202e\nb", "works"],
    ["22", "c", ""],
  ];
  expect(aligned(rows)).toEqual(["Id  Name", "1   a\\u001b[31m\\u202e\\u000ab  works", "22  c"]);
});

test("numbers end at the same place", () => {
  expect(
    aligned(
      [
        ["Connection", "Work"],
        ["spark", "7"],
      ],
      { numbers: true },
    ),
  ).toEqual(["Connection  Work", "spark          7"]);
});
