import { afterEach, expect, test, vi } from "vitest";
import { type Span, tracing } from "@/lib/process/spans";
import { statementSpan } from "./statement-span";

afterEach(() => {
  tracing().tracer = null;
});

/** The span of a statement, where there are traces. */
function spanOf(statement: unknown): Span | undefined {
  const ask = vi.fn((_: Span) => null);
  tracing().tracer = { ask, within: (_, work) => work(() => {}) };
  statementSpan(statement);
  return ask.mock.calls[0]?.[0];
}

test.each([
  ['SELECT "t1"."id" FROM "portico"."Account" AS "t1" WHERE 1=1', "SELECT Account"],
  ['INSERT INTO "public"."AuditEvent" ("id") VALUES ($1) RETURNING "id"', "INSERT AuditEvent"],
  ['  update "Account" SET x = 1', "UPDATE Account"],
  ['DELETE FROM "Session" WHERE id = $1', "DELETE Session"],
  ["BEGIN; SET LOCAL lock_timeout = 0", "BEGIN"],
  ['WITH "due" AS (SELECT 1 FROM "Account") SELECT 1', "WITH Account"],
  ["SELECT 'of Anna'", "SELECT"],
  ["", "OTHER"],
])("%s is told as %s", (text, name) => {
  expect(spanOf(text)?.name).toBe(name);
  expect(spanOf({ text, values: ["of Anna"] })?.name).toBe(name);
});

test("a statement's text and values are not told", () => {
  const statement = { text: `SELECT 'of Anna' FROM "User"`, values: ["of Anna"] };
  expect(JSON.stringify(spanOf(statement))).not.toContain("Anna");
});

test("without traces nothing is read of a statement", () => {
  const statement = {
    get text(): string {
      throw new Error("read");
    },
  };
  expect(statementSpan(statement)).toBeNull();
});
