import { expect, test } from "vitest";
import { immoScout24 } from "./immoscout24";

const listings = (numberOfHits: unknown) => ({
  "realestates.realEstates": { Paging: { numberOfHits } },
});

test("how many listings there are is told, and whose they are is kept beside the link", () => {
  const headers = new Headers({ "l-is24-causerid": "70001234" });
  const read = (hits: unknown, given = headers) =>
    immoScout24.member.read({ claims: null, record: { body: listings(hits), headers: given } });
  expect(read(2)).toMatchObject({ id: null, listings: 2, details: { causerId: "70001234" } });
  expect(read("0", new Headers())).toMatchObject({ listings: 0, details: { causerId: null } });
});
