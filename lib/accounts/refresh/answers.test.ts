import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { revokeToken } from "@/lib/oauth/revocation";
import { olx } from "@/lib/portals/olx";
import { beginProcess } from "@/lib/process/testing";
import { expiredLink, rotatingPortal, rotatingVariables } from "../testing";
import { type TriedAnswer, triedAnswers } from "./fixtures/answers";

/** What becomes of a link for each answer: when it is refreshed, when it is checked, and when it is given back. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(rotatingVariables(portal.url)))
    vi.stubEnv(name, value);
  vi.resetModules();
  beginProcess();
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

const linkOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

/** It remembers nothing of how the portal was. */
async function anotherProcess() {
  await memory.client.portalTrouble.deleteMany();
  vi.resetModules();
  beginProcess();
}

function answering({ status, headers = {}, body = "" }: TriedAnswer) {
  return (response: ServerResponse) => void response.writeHead(status, headers).end(body);
}

type End = { said: string; kept: boolean };

/** A link is refreshed and gets this answer, as often as it asks; it is tried again when the portal is well. */
async function refreshed(answer: TriedAnswer): Promise<End> {
  const id = await expiredLink(memory.client);
  const fault = { at: "before", answer: answering(answer) } as const;
  portal.faults.push(fault, fault);
  const answered = await (await import("./fresh-token")).freshToken(id);
  expect(portal.sent.length).toBeLessThanOrEqual(2);
  portal.faults.length = 0;
  await anotherProcess();
  await memory.client.account.update({ where: { id }, data: { retryAt: null } });
  const again = await (await import("./fresh-token")).freshToken(id);
  const said = answered?.kind === "fresh" ? "a token" : `\`${answered?.kind}\` ${answered?.reason}`;
  return { said, kept: again?.kind === "fresh" };
}

/** A link that nothing renews is shown to its portal, which answers this. */
async function checked(answer: TriedAnswer): Promise<End> {
  await anotherProcess();
  const id = await expiredLink(memory.client, { refresh_token: null, expires_at: null });
  portal.onRead = answering(answer);
  const check = await (await import("../checks/check")).checkLink(id);
  const { reconnectReason } = await linkOf(id);
  return {
    said: check.kind === "checked" ? check.outcome : check.kind,
    kept: reconnectReason === null,
  };
}

async function revoked(answer: TriedAnswer): Promise<string> {
  portal.onRead = answering(answer);
  const endpoint = {
    url: `${portal.url}/revoke`,
    registration: { id: "client", secret: "client-secret" },
    clientAuth: "body" as const,
    headers: {},
    errors: olx,
  };
  return (await revokeToken(endpoint, "access-1", "access_token")).kind;
}

/** All groups but these say nothing for certain against the token. */
const FINAL = "The portal's own final word";
const OWN = "The portal's own word, not declared";

const rows: string[] = [];

const groups = Object.entries(triedAnswers).flatMap(([group, answers]) =>
  answers.map((answer, at) => ({ group, first: at === 0, answer, ...answer })),
);

test.each(groups)("$group: $status $about", async ({ group, first, answer }) => {
  const refresh = await refreshed(answer);
  const check = await checked(answer);
  const revocation = await revoked(answer);
  expect(refresh.kept).toBe(group !== FINAL);
  expect(check.said).not.toBe("ok");
  if (group !== FINAL && group !== OWN) {
    expect(check.kept).toBe(true);
    // RFC 7009 section 2.2: a success needs no body.
    expect(revocation === "revoked").toBe(answer.status === 200 && answer.body === undefined);
  }
  if (group === "A gateway on the way" || group === "Not now") {
    expect(refresh.said).toMatch(/^`portal_unavailable`/);
    expect(revocation).toBe("unavailable");
  }
  if (first) rows.push(`| **${group}** | | | |`);
  const told = ({ said, kept }: End) => `${said}, ${kept ? "kept" : "ended"}`;
  rows.push(
    `| ${answer.status} ${answer.about} | ${told(refresh)} | ${told(check)} | ${revocation} |`,
  );
});

test("the table of them in the documents is the one that was just made", async () => {
  const text = [
    "# Answers, and what becomes of a link",
    "",
    "Every answer of the list in `lib/accounts/refresh/fixtures/answers.ts` was given to OLX's connection, three times: when a link",
    "is refreshed, when a link that nothing renews is checked, and when tokens are given back. `npm test` makes this table, and",
    "fails when it is another. `npx vitest run lib/accounts/refresh/answers.test.ts -u` writes it anew.",
    "",
    "A link that is kept worked again as soon as the portal was well. A refusal in the portal's own form that its file does not",
    "declare ends a link after five tries over a day or more.",
    "",
    "| Answer | A refresh says, and the link is | A check says, and the link is | A revocation is |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  await expect(text).toMatchFileSnapshot("../../../docs/answers.md");
});
