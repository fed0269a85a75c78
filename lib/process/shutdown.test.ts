import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** Sends SIGTERM to a process with such work under way as soon as it is ready; resolves to what it said until it was gone, and how it went. */
async function stopped(kind: string) {
  const fixture = "lib/process/fixtures/stopped-process.ts";
  const child = spawn(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", fixture, kind],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (text.includes("ready")) child.kill("SIGTERM");
  });
  const [code] = await once(child, "close");
  return { said, code };
}

test.each([
  ["writes what portals have issued", "refresh"],
  ["comes to the end of what goes on behind its answers", "background"],
])("a process that is told to stop %s, and then ends as it would have", async (_what, kind) => {
  const { said, code } = await stopped(kind);
  expect(said).toBe("ready\nwritten\n");
  expect(code).toBe(143);
});
