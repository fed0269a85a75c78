import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** Sends SIGTERM to a process as soon as it is ready; resolves to what it said until it was gone, and how it went. */
async function stopped() {
  const fixture = "lib/process/fixtures/stopped-process.ts";
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", "tsx", fixture], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (text.includes("ready")) child.kill("SIGTERM");
  });
  const [code] = await once(child, "close");
  return { said, code };
}

test("a process that is told to stop writes what portals have issued, and then ends as it would have", async () => {
  const { said, code } = await stopped();
  expect(said).toBe("ready\nwritten\n");
  expect(code).toBe(143);
});
