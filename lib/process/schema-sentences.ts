import type { z } from "zod";

/** What is wrong with an input, for those who send it: in calls and in files. */

/** Where the schema says nothing itself. What was sent is not repeated. */
export function sentenceFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    return issue.input === undefined ? "is required" : `must be of type ${issue.expected}`;
  }
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  if (issue.code === "too_small") {
    if (issue.minimum === 1 && issue.origin !== "number") return "must not be empty";
    return `must ${bound(issue.origin)} at least ${issue.minimum}${unit(issue.origin)}`;
  }
  if (issue.code === "too_big") {
    return `must ${bound(issue.origin)} at most ${issue.maximum}${unit(issue.origin)}`;
  }
  return undefined;
}

function bound(origin: string) {
  return origin === "string" || origin === "array" ? "have" : "be";
}

function unit(origin: string) {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}
