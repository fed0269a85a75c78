import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeCrm } from "./crm.mjs";
import { fakeLink, fakePortico } from "./fake-portico";

/** The example CRM, with a Portico that is as documented. */

const ORIGIN = "http://crm.test";

async function start() {
  const portico = await fakePortico();
  const { server, close } = makeCrm({ publicUrl: ORIGIN, porticoUrl: portico.url, key: "key" });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => {
    close();
    portico.close();
    logged.mockRestore();
  });
  return { portico, browser: () => new Browser(`http://127.0.0.1:${port}`) };
}

/** One browser: it keeps its cookie, and goes where it is sent within the CRM. */
class Browser {
  cookie = "";
  readonly #crm: string;

  constructor(crm: string) {
    this.#crm = crm;
  }

  open = (path: string) => this.#ask(path, {});

  press = (path: string, fields: Record<string, string> | [string, string][], origin = ORIGIN) =>
    this.#ask(path, { method: "POST", body: new URLSearchParams(fields), headers: { origin } });

  login = (agent: string) => this.press("/login", { agent });

  /** Presses a button that leads to Portico. @returns the session's id */
  async setOut(path: string, fields: Record<string, string> | [string, string][]) {
    const { to } = await this.press(path, fields);
    return to?.split("/connect/s/")[1] ?? "";
  }

  async #ask(path: string, init: RequestInit): Promise<Shown> {
    const headers = { ...init.headers, ...(this.cookie && { cookie: this.cookie }) };
    const answer = await fetch(this.#crm + path, { ...init, headers, redirect: "manual" });
    const [cookie] = answer.headers.get("set-cookie")?.split(";") ?? [];
    if (cookie) this.cookie = cookie;
    const to = answer.headers.get("location");
    if (to?.startsWith("/")) return this.open(to);
    return { status: answer.status, path, to, text: await answer.text(), headers: answer.headers };
  }
}

type Shown = { status: number; path: string; to: string | null; text: string; headers: Headers };

const otodom = { connection: "olx-otodom" };

test("an agent sets out with a challenge, comes back, and their links are there", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  expect(portico.sessions.get(id)?.wish).toEqual({
    user: { external_id: "agent-7", name: "Marta Lis", email: "marta@crm.example" },
    connections: ["olx-otodom"],
    return_url: `${ORIGIN}/portals/back`,
    challenge: expect.stringMatching(/^[\w-]{43}$/),
  });
  const shown = await marta.open(portico.agrees(id, "olx-otodom"));
  expect(shown.path).toBe("/portals"); // without the code
  expect(shown.text).toContain("Connected: Otodom");
  expect(shown.text).toContain("✓ Works");
  expect((await marta.open("/portals")).text).not.toContain("Connected: Otodom");
});

test("several portals are one session, and only portals that there are", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const wish: [string, string][] = ["olx-otodom", "immoscout24", "nowhere"].map((id) => [
    "connection",
    id,
  ]);
  const id = await marta.setOut("/portals/connect", wish);
  expect(portico.sessions.get(id)?.wish.connections).toEqual(["olx-otodom", "immoscout24"]);
});

test("back twice, at once or later, is finished once", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  const back = portico.agrees(id, "olx-otodom");
  const shown = await Promise.all([marta.open(back), marta.open(back)]);
  shown.push(await marta.open(back));
  expect(shown.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(portico.calls.filter((call) => call.endsWith("/finish"))).toHaveLength(1);
  expect(portico.links).toHaveLength(1);
});

test("a session that another agent has begun is destroyed when one comes who was sent its address", async () => {
  const { portico, browser } = await start();
  const [marta, jonas] = [browser(), browser()];
  await marta.login("agent-7");
  await jonas.login("agent-8");
  const id = await marta.setOut("/portals/connect", otodom);
  const back = portico.agrees(id, "olx-otodom");
  expect((await jonas.open(back)).text).toContain("You did not begin this here");
  expect(portico.sessions.get(id)?.status).toBe("failed");
  expect((await marta.open(back)).text).not.toContain("Connected: Otodom");
  expect(portico.links).toEqual([]);
});

test("nor for another agent who logs in at the same browser", async () => {
  const { portico, browser } = await start();
  const shared = browser();
  await shared.login("agent-7");
  const id = await shared.setOut("/portals/connect", otodom);
  await shared.press("/logout", {});
  await shared.login("agent-8");
  const shown = await shared.open(portico.agrees(id, "olx-otodom"));
  expect(shown.text).toContain("You did not begin this here");
  expect([portico.sessions.get(id)?.status, portico.links]).toEqual(["failed", []]);
});

test("an agent whose login has ended logs in again, and goes on", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  await marta.press("/logout", {});
  const asked = await marta.open(portico.agrees(id, "olx-otodom"));
  expect(asked.path).toBe("/login");
  expect(portico.calls).not.toContain("POST connect-sessions/{id}/finish");
  expect((await marta.login("agent-7")).text).toContain("Connected: Otodom");
});

test.each([
  ["declined", "You said no"],
  ["failed", "It did not work at the portal"],
  ["expired", "That took too long"],
  ["started", "Not finished yet"],
])("a session that is %s says so, and the address is not believed", async (status, sentence) => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  const problems = [{ connection: "olx-otodom", problem: "linked_for_another" }];
  const back = portico.back(id, { status, problems });
  const { text } = await marta.open(`${back}&code=made-up`);
  expect(text).toContain(sentence);
  expect(text).toContain("Otodom: this login is connected for another agent here");
  expect(portico.links).toHaveLength(0);
});

test("a wrong code finishes nothing, and spoils nothing", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  const back = portico.agrees(id, "olx-otodom");
  const wrong = await marta.open(back.replace(/code=.*/, "code=wrong"));
  expect(wrong.text).toContain("This could not be finished");
  expect((await marta.open(back)).text).toContain("Connected: Otodom");
});

test("a link that another agent has here is not said to be connected", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  const problems = [{ connection: "olx-otodom", problem: "linked_for_another" }];
  const back = portico.back(id, { status: "waiting", code: "code", problems });
  const { text } = await marta.open(back);
  expect(text).toContain("Nothing was connected");
  expect(text).toContain("Otodom: this login is connected for another agent here");
});

test("a session that is no longer there is over", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  const back = portico.agrees(id, "olx-otodom");
  portico.sessions.clear();
  expect((await marta.open(back)).text).toContain("This is over");
});

test("while Portico is away nothing is lost: the same address works afterwards", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const id = await marta.setOut("/portals/connect", otodom);
  const back = portico.agrees(id, "olx-otodom");
  portico.state.isAway = true;
  const shown = await marta.open(back);
  expect([shown.status, shown.text.includes("Portals cannot be reached now")]).toEqual([503, true]);
  expect((await marta.press("/portals/connect", otodom)).status).toBe(503);
  portico.state.isAway = false;
  expect((await marta.open(back)).text).toContain("Connected: Otodom");
});

test("an event rings on every page, and the link is reconnected", async () => {
  const { portico, browser } = await start();
  const [marta, jonas] = [browser(), browser()];
  await marta.login("agent-7");
  await jonas.login("agent-8");
  const link = fakeLink("agent-7", "olx-otodom", "broken");
  portico.links.push(link);
  const event = { link: link.id, connection: "olx-otodom", external_id: "agent-7" };
  portico.events.push({ ...event, type: "link.needs_reconnect" });
  const rings = async () => (await marta.open("/")).text.includes("Otodom needs you");
  await vi.waitUntil(rings, { timeout: 5_000 });
  expect((await jonas.open("/")).text).not.toContain("needs you");
  const id = await marta.setOut("/portals/reconnect", { link: link.id });
  expect(portico.sessions.get(id)?.wish).toMatchObject({ link: link.id });
  portico.events.push({ ...event, type: "link.reconnected" });
  await vi.waitUntil(async () => !(await rings()), { timeout: 5_000 });
});

test("an agent sees, uses and ends their own links alone", async () => {
  const { portico, browser } = await start();
  const [marta, jonas] = [browser(), browser()];
  await marta.login("agent-7");
  await jonas.login("agent-8");
  const link = fakeLink("agent-7", "olx-otodom");
  portico.links.push(link);
  expect((await jonas.open("/portals")).text).not.toContain(link.id);
  expect((await jonas.open(`/portals/show?link=${link.id}`)).path).toBe("/portals");
  await jonas.press("/portals/disconnect", { link: link.id });
  await jonas.press("/portals/reconnect", { link: link.id });
  const acted = ["DELETE links/{id}", "POST links/{id}/headers", "POST connect-sessions"];
  expect(portico.calls.filter((call) => acted.includes(call))).toEqual([]);

  const shown = await marta.press("/portals/disconnect", { link: link.id });
  expect(shown.text).toContain("Otodom is disconnected");
  expect(shown.text).toContain("Only you can take the permission itself back");
  expect((await marta.press("/portals/disconnect", { link: link.id })).status).toBe(200);
});

test("what the portal answers is shown, escaped; refused headers are asked for once more", async () => {
  const { portico, browser } = await start();
  const marta = browser();
  await marta.login("agent-7");
  const link = fakeLink("agent-7", "olx-otodom");
  portico.links.push(link);
  portico.state.refusals = 1;
  const { text } = await marta.open(`/portals/show?link=${link.id}`);
  expect(text).toContain("3 adverts");
  expect(text).toContain("&#60;b&#62;");
  expect(portico.calls.filter((call) => call === "POST links/{id}/headers")).toHaveLength(2);
  portico.state.refusals = 9;
  const refused = await marta.open(`/portals/show?link=${link.id}`);
  expect(refused.text).toContain("Otodom does not answer as it should");
});

test.each(["/login", "/logout", "/portals/connect", "/portals/disconnect"])(
  "a form of another site does nothing at %s",
  async (path) => {
    const { portico, browser } = await start();
    const marta = browser();
    await marta.login("agent-7");
    for (const origin of ["http://evil.test", "null", "http://crm.test:81"]) {
      expect((await marta.press(path, { ...otodom, agent: "agent-8" }, origin)).status).toBe(403);
    }
    expect((await marta.open("/portals")).text).toContain("Marta Lis");
    expect(portico.sessions.size).toBe(0);
  },
);

test("the cookie is ours alone, out of reach of scripts, and another one after the login", async () => {
  const { browser } = await start();
  const marta = browser();
  const before = (await marta.open("/login")).headers.get("set-cookie");
  expect(before).toMatch(/^example-crm=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const planted = browser();
  planted.cookie = marta.cookie;
  await marta.login("agent-7");
  expect((await planted.open("/portals")).path).toBe("/login");
  expect((await marta.open("/portals")).path).toBe("/portals");
});
