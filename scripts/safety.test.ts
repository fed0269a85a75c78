import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testTitlesIn, testTitlesOf } from "./test-titles";

/** What docs/safety.md says is tested must be: every test that its tables name is there, under that name. */

type Row = { subject: string; evidence: string };

const page = readFileSync("docs/safety.md", "utf8");
const rules = rowsUnder("## The rules of RFC 9700");
const modules = rowsUnder("## The tests of the OpenID Foundation");

const EXEMPT = /^does not apply, because \S.*\.$/;

test.each([...rules, ...modules])("$subject: $evidence", ({ evidence }) => {
  if (EXEMPT.test(evidence)) return;
  const named = evidence.split("<br>").map(testNamed);
  expect(named.filter((each) => !isThere(each))).toEqual([]);
});

test("both tables are there, and no module twice", () => {
  expect(rules.length).toBeGreaterThan(40);
  const names = modules.map(({ subject }) => subject);
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => !/^`oidcc-client-test[a-z0-9-]*`$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test("the rules are in the order of the RFC", () => {
  const sections = rules.map(({ subject }) => subject.split(".").map(Number));
  expect(sections.flat().every(Number.isInteger)).toBe(true);
  expect(sections).toEqual(sections.toSorted(bySection));
});

const source = `
  test("a plain one", () => {});
  test.skip("one that is not run", () => {});
  test.each([["a token", "RFC 1", () => {}], ["a code", "RFC 2", other]])(
    "%s (%s) is refused",
    async () => {},
  );
  for (const name of ["Portico", "plain Auth.js"])
    test(\`\${name}: an attack \${isVulnerable ? "works" : "does nothing"}\`, async () => {});
`;

test.each([
  "a plain one",
  "%s (%s) is refused",
  "a token (RFC 1) is refused",
  "Portico: an attack does nothing",
])("a test that is named as it is reported is found: %s", (title) => {
  expect(testTitlesIn(source).has(title)).toBe(true);
});

test.each([
  "a plain",
  "a plain one ",
  "one that is not run",
  "a token (RFC 2) is refused",
  "a cookie (RFC 1) is refused",
  "Portico: an attack fails",
  "Portal: an attack does nothing",
])("a test that is made up is not: %s", (title) => {
  expect(testTitlesIn(source).has(title)).toBe(false);
});

test("nor is one whose file is not there, nor a cell that names none", () => {
  expect(isThere(testNamed('`lib/nowhere.test.ts`: "a plain one"'))).toBe(false);
  expect(isThere(testNamed("of course"))).toBe(false);
});

/** The first and the last cell of each row of the table under a heading. */
function rowsUnder(heading: string): Row[] {
  const part = page.split(`${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const [, , ...rows] = part.match(/^\|.*\|$/gm) ?? [];
  return rows.map((row) => {
    const cells = row.slice(2, -2).split(" | ");
    return { subject: cells[0] ?? "", evidence: cells.at(-1) ?? "" };
  });
}

function testNamed(text: string) {
  const [, file, title] = /^`(\S+)`: "(.+)"$/.exec(text) ?? [];
  return { text, file, title };
}

function isThere({ file, title }: ReturnType<typeof testNamed>) {
  if (!file || !title || !/\.(test|spec)\.ts$/.test(file) || !existsSync(file)) return false;
  return testTitlesOf(file).has(title);
}

function bySection(a: number[], b: number[]) {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}
