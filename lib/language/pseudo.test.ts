import { expect, test } from "vitest";
import { pseudo } from "./pseudo";
import { translatorOf } from "./translators";

test("every sentence is in brackets, and longer", () => {
  const t = pseudo(translatorOf("en"));
  const said = t("dashboard.link", { portal: "Otodom" });
  expect(said).toMatch(/^⟦Link Otodom .+⟧$/);
  expect(said.length).toBeGreaterThan("Link Otodom".length * 1.4);
});
