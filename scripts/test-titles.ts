import { readFileSync } from "node:fs";
import ts from "typescript";

/**
 * The titles of a file's tests, as they are written and as a run of the tests reports them. Where a value of a title is known
 * only at run time, it must be one of the file's own strings.
 */
type TestTitles = { has: (title: string) => boolean };

export function testTitlesOf(path: string): TestTitles {
  return testTitlesIn(readFileSync(path, "utf8"));
}

/** @param source of a Vitest or a Playwright file */
export function testTitlesIn(source: string): TestTitles {
  const titles = new Set<string>();
  const strings = new Set<string>();
  const patterns: RegExp[] = [];

  function visit(node: ts.Node) {
    if (ts.isStringLiteralLike(node)) strings.add(node.text);
    if (ts.isCallExpression(node)) {
      const [title] = node.arguments;
      const rows = rowsOf(node.expression);
      if (title && rows) {
        if (ts.isStringLiteralLike(title)) {
          for (const each of [title.text, ...rows.map(filledInto(title.text))]) titles.add(each);
        } else if (ts.isTemplateExpression(title)) {
          patterns.push(patternOf(title));
        }
      }
    }
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile("test.ts", source, ts.ScriptTarget.Latest, true));

  const isOurs = (value: string) => value.split(", ").every((part) => strings.has(part));
  return {
    has: (title) =>
      titles.has(title) ||
      patterns.some((pattern) => {
        const values = pattern.exec(title)?.slice(1);
        return values?.every(isOurs) ?? false;
      }),
  };
}

/** The rows that a test is run with: none for `test("…")`. Null for what is no test, or a test that is not run. */
function rowsOf(called: ts.Expression): string[][] | null {
  if (ts.isIdentifier(called)) return called.text === "test" ? [] : null;
  if (!ts.isCallExpression(called) || !ts.isPropertyAccessExpression(called.expression))
    return null;
  const { expression, name } = called.expression;
  const isTable = ["each", "for"].includes(name.text) && rowsOf(expression);
  if (!isTable) return null;
  const [table] = called.arguments;
  return table && ts.isArrayLiteralExpression(table) ? table.elements.map(textsOf) : [];
}

/** How the values at the beginning of a row are printed, as far as they are written out. */
function textsOf(row: ts.Expression): string[] {
  const values = ts.isArrayLiteralExpression(row) ? [...row.elements] : [row];
  const unknown = values.findIndex((each) => !isWrittenOut(each));
  const known = unknown < 0 ? values : values.slice(0, unknown);
  return known.map((each) => (ts.isStringLiteralLike(each) ? each.text : each.getText()));
}

function isWrittenOut(value: ts.Expression) {
  return ts.isStringLiteralLike(value) || ts.isNumericLiteral(value);
}

/** Vitest puts a row's values in place of `%s` and `%i`, in their order. */
function filledInto(title: string) {
  return (values: string[]) => {
    const left = [...values];
    return title.replace(/%[si]/g, (place) => left.shift() ?? place);
  };
}

/** Either of two texts where the template chooses between them, and any text for another value. */
function patternOf({ head, templateSpans }: ts.TemplateExpression) {
  const spans = templateSpans.map(({ expression, literal }) => {
    const either = ts.isConditionalExpression(expression)
      ? [expression.whenTrue, expression.whenFalse].filter(ts.isStringLiteralLike)
      : [];
    const value = either.length ? either.map(({ text }) => escaped(text)).join("|") : ".+";
    return `(${value})${escaped(literal.text)}`;
  });
  return new RegExp(`^${escaped(head.text)}${spans.join("")}$`);
}

function escaped(text: string) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
