import { expect, test } from "vitest";
import type { Offer } from "@/lib/portals/offer";
import { aViewer } from "../testing";
import { optionGroups } from "./option-groups";

type Option = Offer["options"][number];

function board(label: string, more: Partial<Option> = {}): Option {
  return { connection: label, label, name: label, environment: "production", ...more };
}

const staging = { environment: "staging" } as const;
const linked = { linked: true } as const;

function groups(options: Option[]) {
  return optionGroups(options, aViewer()).map((group) => [
    group.label,
    group.options.map(({ label }) => label).join(", "),
  ]);
}

test("options of one kind have no heading", () => {
  expect(groups([board("Porto"), board("Évora"), board("Faro")])).toEqual([
    [null, "Évora, Faro, Porto"],
  ]);
});

test("what is for trying things out stands apart", () => {
  expect(groups([board("Trials", staging), board("Porto")])).toEqual([
    ["Production", "Porto"],
    ["Staging", "Trials"],
  ]);
});

test("what is linked already comes last", () => {
  expect(groups([board("Faro", linked), board("Porto"), board("Braga")])).toEqual([
    ["Not linked yet", "Braga, Porto"],
    ["Linked already", "Faro"],
  ]);
});

test("what is linked already and for trying things out stands apart from both", () => {
  const all = [board("Faro", linked), board("Trials", { ...staging, ...linked })];
  expect(groups([...all, board("Porto"), board("More trials", staging)])).toEqual([
    ["Not linked yet · Production", "Porto"],
    ["Not linked yet · Staging", "More trials"],
    ["Linked already · Production", "Faro"],
    ["Linked already · Staging", "Trials"],
  ]);
});
