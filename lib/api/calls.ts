import "server-only";
import type { Call } from "./call";
import { connectSession } from "./calls/connect-session";
import { connectSessions } from "./calls/connect-sessions";
import { connectionHeaders } from "./calls/connection-headers";
import { connections } from "./calls/connections";
import { openApi } from "./calls/document";
import { eraseUser } from "./calls/erase-user";
import { events } from "./calls/events";
import { finish } from "./calls/finish";
import { headers } from "./calls/headers";
import { importLinks } from "./calls/import-link";
import { link } from "./calls/link";
import { links } from "./calls/links";
import { token } from "./calls/token";
import { unlink } from "./calls/unlink";

/** Every call of the API, in the order of the document. Addresses and document are made from this list. */
export const calls: readonly Call[] = [
  links,
  link,
  importLinks,
  unlink,
  token,
  headers,
  connections,
  connectionHeaders,
  connectSessions,
  connectSession,
  finish,
  eraseUser,
  events,
  openApi(() => calls),
];
