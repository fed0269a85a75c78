/**
 * Loaded before Next's server, with `node --import`, wherever it is started: what has to happen before Next sees a request,
 * or what Next has no setting for.
 */
import { guardServers } from "./edge.mjs";
import { loadEnvFile } from "./env-file.mjs";
import { keepNextFromEnvFiles } from "./next-env.mjs";
import { guardOutput } from "./output.mjs";

guardOutput();
guardServers();
keepNextFromEnvFiles();

const errors = loadEnvFile();
for (const message of errors) {
  const at = new Date().toISOString();
  const line = JSON.stringify({ at, level: "error", event: "configuration.wrong", message });
  process.stderr.write(`${line}\n`);
}
if (errors.length > 0) process.exit(1);
