import { expect, test } from "vitest";
import { portals } from "./registry";
import { retiredBadge } from "./retired";

test.each([
  ["olx-otodom", "Otodom", "OLX Group"],
  ["olx-elsewhere", "Elsewhere", "OLX Group"],
  ["mlsconnect-cote-dazur", "Cote Dazur", "MLSConnect"],
  ["spark", "Flexmls", "Spark"],
  ["spark-oauth2-idx", "Flexmls IDX", "Spark API"],
  ["immoscout24", "ImmoScout24", null],
])("%s is still called %s when it is not offered any more", (id, name, group) => {
  expect(retiredBadge(portals, id)).toMatchObject({ name, group });
});

test.each(["", "casa", "immoscout24-x", "olxx-otodom"])("%j never was one of ours", (id) => {
  expect(retiredBadge(portals, id)).toBeNull();
});
