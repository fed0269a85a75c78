import { expect, test } from "vitest";
import { dateFormat, distanceFormat, listFormat, orderOf } from "./formats";

test("a formatter is made once, for each locale and each way of writing", () => {
  const paris = { dateStyle: "long", timeZone: "Europe/Paris" } as const;
  expect(dateFormat("fr-BE", paris)).toBe(dateFormat("fr-BE", { ...paris }));
  expect(dateFormat("fr-BE", paris)).not.toBe(dateFormat("de-AT", paris));
  expect(dateFormat("fr-BE", paris)).not.toBe(dateFormat("fr-BE", { ...paris, timeZone: "UTC" }));
});

test("names stand in the order of the reader's alphabet, and numbers in theirs", () => {
  const names = ["Żory", "Zamość", "Board 10", "Board 9", "łódź", "Lublin"];
  expect(names.toSorted(orderOf("pl-PL").compare)).toEqual([
    ...["Board 9", "Board 10", "Lublin", "łódź", "Zamość", "Żory"],
  ]);
});

test("lists and distances are the reader's", () => {
  expect(listFormat("de-DE").format(["Otodom", "Storia"])).toBe("Otodom und Storia");
  expect(distanceFormat("pl-PL").format(-5, "minute")).toBe("5 minut temu");
});
