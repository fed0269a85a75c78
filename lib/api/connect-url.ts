import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import { settings } from "@/lib/env";

/** Where a user can link or reconnect. The connection tells the page what to offer first. */
export function connectUrl(connection: string | null): string {
  const known = connection && findConnection(connection);
  return new URL(known ? `/connect/${known.id}` : "/dashboard", settings().origin).href;
}
