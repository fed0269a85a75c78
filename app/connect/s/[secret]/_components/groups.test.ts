import { expect, test } from "vitest";
import type { AskedPortal } from "@/lib/auth/pages/connect-session";
import { groupsOf } from "./groups";

const asked = (group: string, name = group): AskedPortal => ({
  connection: name,
  badge: { name, group: name === group ? null : group, monogram: "P", colour: "#000000" },
  environment: "production",
  namesMembers: true,
  scopes: [],
  state: "todo",
});

const shown = (portals: AskedPortal[]) =>
  groupsOf(portals, "en-GB").map(({ name, portals: rows }) => [
    name,
    rows.map((each) => each.badge.name),
  ]);

test("a few portals are one group, in the client's order", () => {
  const few = [
    asked("Sites", "Zeta"),
    asked("Alone"),
    asked("Sites", "Beta"),
    asked("Boards", "B 1"),
  ];
  expect(shown(few)).toEqual([[null, ["Zeta", "Alone", "Beta", "B 1"]]]);
});

test("many stand in groups, each by the alphabet, and those that stand alone come first", () => {
  const boards = [11, 2, 1].map((n) => asked("Boards", `Board ${n}`));
  const sites = [asked("Sites", "Zeta"), asked("Sites", "Älva")];
  expect(shown([...boards, asked("Solo"), ...sites, asked("Alone")])).toEqual([
    [null, ["Alone", "Solo"]],
    ["Sites", ["Älva", "Zeta"]],
    ["Boards", ["Board 1", "Board 2", "Board 11"]],
  ]);
});

test("many of one portal are one group with its name", () => {
  const boards = Array.from({ length: 7 }, (_, n) => asked("Boards", `Board ${n}`));
  expect(groupsOf(boards, "en-GB").map(({ name }) => name)).toEqual(["Boards"]);
});
