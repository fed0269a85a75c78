import type { APIResponse, Page } from "@playwright/test";
import { type App, apps } from "./apps";
import { agreeUnseen, trip } from "./test";

/** A user of the app with many boards, whose links are made without opening a page: that is fast. */

/** A numbered board has the people of Federia. */
const AGENT = "Anna Peeters";

/** Signs in at Federia, and links the forty numbered boards and the Riviera's: 42 links. */
export async function linkManyBoards(page: Page, app: App = apps.shared) {
  await trip(page, "Federia", AGENT, app);
  await linkBoard(page, "mlsconnect-cote-dazur", "Claire Martin", app);
  for (let n = 1; n <= 40; n += 1) await linkBoard(page, `mlsconnect-board-${n}`, AGENT, app);
}

/** Links a connection from the dashboard. Resolves to the address at which it ends. */
export async function linkBoard(page: Page, connection: string, person: string, app: App) {
  const dashboard = await page.request.get(`${app.url}/dashboard`);
  const login = await sendForm(page, dashboard, connection);
  return agreeUnseen(page.request, login, person);
}

/** Sends the form that links a board, as a browser without scripts does. */
async function sendForm(page: Page, shown: APIResponse, connection: string) {
  const forms = (await shown.text()).split("<form ");
  const form = forms.find((each) => each.includes(`value="${connection}"`)) ?? "";
  const hidden = [...form.matchAll(/type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)];
  const multipart = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
  return page.request.post(shown.url(), {
    headers: { origin: new URL(shown.url()).origin },
    multipart: { ...multipart, connection },
  });
}
