import { expect, test } from "vitest";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { positionOf } from "./position";

const link = (id: string, name: string, linkedAt: string): LinkedPortal => ({
  id,
  connection: "casa-lisboa",
  portal: { name: "Casa", monogram: "Ca", colour: "#1d4f91" },
  choiceLabel: "Lisboa",
  shortName: "Lisboa",
  environment: "production",
  member: { name, email: null, agency: null, listings: null },
  identified: true,
  otherEnvironment: false,
  pasted: false,
  wayIn: true,
  linkedAt: new Date(linkedAt),
  status: { state: "unknown" },
  consentBy: null,
  clients: [],
});

test("links that read alike are numbered from the oldest", () => {
  const newer = link("a", "Anna", "2026-11-02");
  const older = link("b", "Anna", "2026-11-01");
  const links = [newer, older, link("c", "Bert", "2026-11-03")];
  expect(positionOf(newer, links)).toEqual({ position: 2, all: 2 });
  expect(positionOf(older, links)).toEqual({ position: 1, all: 2 });
});

test("a link that stands out by itself has no number", () => {
  const anna = link("a", "Anna", "2026-11-02");
  expect(positionOf(anna, [anna, link("b", "Bert", "2026-11-01")])).toBeNull();
});
