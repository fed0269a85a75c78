import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);

test("each start of the demo has two new keys, and the CRM's return address follows it", {
  timeout: 120_000,
}, async () => {
  const DATABASE_DIRECTORY = mkdtempSync(join(tmpdir(), "portico-demo-"));
  onTestFinished(() => rmSync(DATABASE_DIRECTORY, { recursive: true }));
  const env = { ...process.env, DATABASE_URL: "", DATABASE_DIRECTORY };
  const options = ["--conditions=react-server", "--import", "tsx"];
  const printed = async (...command: string[]) =>
    (await run(process.execPath, [...options, ...command], { env })).stdout;

  const first = await printed("scripts/demo-keys.ts", "--crm", "http://localhost:4650");
  const second = await printed("scripts/demo-keys.ts", "--crm", "http://127.0.0.1:4651");
  const keys = [...first.trim().split("\n"), ...second.trim().split("\n")];
  expect(keys.filter((key) => /^portico_\w{12}_[\w-]{43}$/.test(key))).toHaveLength(4);
  expect(new Set(keys).size).toBe(4);
  expect(await printed("scripts/clients.ts", "list")).toMatch(
    /example-crm +Example CRM .* http:\/\/127\.0\.0\.1:4651\/portals\/back\n$/,
  );
  const [, ...listed] = (await printed("scripts/keys.ts", "list")).trim().split("\n");
  const calls = "links token headers";
  const crmCalls = "links headers connect unlink events";
  expect(listed.map((line) => line.split(/ {2,}/).slice(2, 4))).toEqual([
    ...[
      ["none", calls],
      ["example-crm", crmCalls],
    ],
    ...[
      ["none", calls],
      ["example-crm", crmCalls],
    ],
  ]);
  expect(listed.map((line) => line.endsWith("works"))).toEqual([false, false, true, true]);
});
