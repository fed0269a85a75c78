import "server-only";
import { randomUUID } from "node:crypto";

/** What a caller may call a request: fit for a header, a log line and a column. */
const SANE = /^[\w.:-]{1,100}$/;

/** The caller's own id of a request, or a new one. It is in the answer, in the log and in the record of vends. */
export function requestIdOf({ headers }: Request): string {
  const given = headers.get("x-request-id") ?? "";
  return SANE.test(given) ? given : randomUUID();
}
