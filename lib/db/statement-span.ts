import { type Question, questionSpan } from "@/lib/process/spans";

/** Begins the span of a statement: what is done to which table, and none of its text. */
export function statementSpan(statement: unknown): Question | null {
  return questionSpan(() => {
    const text = textOf(statement);
    const [operation = "OTHER"] = /^[A-Z]+/i.exec(text.trimStart()) ?? [];
    const [, table] = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:"\w+"\.)?"(\w+)"/i.exec(text) ?? [];
    return {
      name: [operation.toUpperCase(), table].filter(Boolean).join(" "),
      facts: {
        "db.system.name": "postgresql",
        "db.operation.name": operation.toUpperCase(),
        "db.collection.name": table,
      },
    };
  });
}

function textOf(statement: unknown): string {
  if (typeof statement === "string") return statement;
  const isConfig = typeof statement === "object" && statement !== null && "text" in statement;
  return isConfig ? String(statement.text) : "";
}
