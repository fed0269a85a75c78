import { spawn } from "node:child_process";
import { deploymentsFrom } from "./apps";

/** Starts one set of a simulator and all apps, for tests that Playwright does not run. */
export async function startServerSet() {
  const command = ["--conditions=react-server", "--import", "tsx", "e2e/support/servers.ts", "1"];
  const servers = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const stop = async () => {
    const ended = new Promise((resolve) => servers.once("exit", resolve));
    servers.kill("SIGTERM");
    await ended;
  };
  return { ...deploymentsFrom(await firstPort(servers.stdout)), stop };
}

async function firstPort(stdout: AsyncIterable<Buffer>) {
  let said = "";
  for await (const chunk of stdout) {
    said += chunk;
    const [, port] = /^Ready, .* from (\d+)\.$/m.exec(said) ?? [];
    if (port) return Number(port);
  }
  throw new Error(`The servers did not start: ${said}`);
}
