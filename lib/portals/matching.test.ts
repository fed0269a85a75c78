import { expect, test } from "vitest";
import { bestMatch, matching } from "./matching";

const options = ["Côte d’Azur", "Caraïbes", "Federia"].map((label) => ({
  connection: label,
  label,
}));

test.each([
  ["", ["Côte d’Azur", "Caraïbes", "Federia"]],
  ["cote", ["Côte d’Azur"]],
  ["d'azur", ["Côte d’Azur"]],
  ["cote-dazur", ["Côte d’Azur"]],
  ["azur côte", ["Côte d’Azur"]],
  ["ARA", ["Caraïbes"]],
  ["paris", []],
])("typing %j finds %j", (typed, labels) => {
  expect(matching(options, typed).map(({ label }) => label)).toEqual(labels);
});

test.each([
  ["", "Federia", "Federia"],
  [" ", "Federia", "Federia"],
  ["a", "Federia", "Federia"],
  ["c", "Federia", "Côte d’Azur"],
  ["cara", "Federia", "Caraïbes"],
  ["paris", "Federia", undefined],
])("typing %j with %s chosen means %s", (typed, chosen, meant) => {
  expect(bestMatch(options, typed, chosen)?.connection).toBe(meant);
});
