import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type App, apps, crm, folder } from "./apps";
import { root } from "./children";

/** Connect sessions as the example CRM's server makes them, without the CRM: its pages are not what is tested. */

/** Its key at an app. */
export function crmKey(app: App): string {
  return readFileSync(join(root, app.keys ?? folder, `crm-key-${app.port}`), "utf8").trim();
}

type Wish = {
  connections?: string[];
  user?: { external_id: string; name?: string; email?: string };
  expires_in?: number;
};

const marta = { external_id: "marta", name: "Marta Lis", email: "marta.lis@crm.example" };

/** @returns the session's id, and the address of its page */
export async function connectSession(
  wish: Wish = {},
  app: App = apps.main,
): Promise<{ id: string; url: string }> {
  const body = { user: marta, return_url: `${crm.url}/portals/back`, ...wish };
  return callCrmApi(app, "POST", "connect-sessions", body);
}

/**
 * Finishes a session as the CRM does, for the user of `connectSession` unless another is named.
 * @returns the connections of what is linked now
 */
export async function finishSession(
  id: string,
  code: string,
  external_id = marta.external_id,
  app: App = apps.main,
): Promise<string[]> {
  const path = `connect-sessions/${id}/finish`;
  const { links } = await callCrmApi(app, "POST", path, { code, external_id });
  return links.map(({ connection }: { connection: string }) => connection);
}

/** A call of the API with the CRM's key. */
export async function callCrmApi(app: App, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${app.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${crmKey(app)}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}
