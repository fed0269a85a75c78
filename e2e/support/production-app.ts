import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { App } from "./apps";
import { root, startChild, untilReady } from "./children";
import { nextStart, WITHOUT_ENV_FILES } from "./next-start";

/** Where an app keeps what it knows: in a folder of its own, or on a PostgreSQL server. */
export type Storage = { DATABASE_DIRECTORY: string } | { DATABASE_URL: string };

/** All that an app and its commands know of the world. */
function environmentOf(storage: Storage, { settings }: App) {
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    NODE_ENV: "production" as const,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    TOKEN_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    ...storage,
    ...settings,
  };
}

/** A key for the API, made as an operator makes it, while no other process has the database open. */
async function makeServiceKey(file: string, env: NodeJS.ProcessEnv) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...WITHOUT_ENV_FILES,
      ...["--conditions=react-server", "--import", "tsx"],
      ...["scripts/keys.ts", "create", "--name", "crm"],
    ],
    { cwd: root, env },
  );
  writeFileSync(file, stdout.trim(), { mode: 0o600 });
}

/**
 * Starts the production build with an app's settings. Resolves to its process when it is ready.
 * @param folder for its log, for a service key where it is to have one, and for its database where it has no other place
 */
export async function startApp(
  name: string,
  app: App,
  { folder, serviceKey, storage }: { folder: string; serviceKey: boolean; storage?: Storage },
) {
  const embedded = { DATABASE_DIRECTORY: join(folder, `database-${name}`) };
  const env = environmentOf(storage ?? embedded, app);
  if (serviceKey) await makeServiceKey(join(folder, "service-key"), env);
  const log = join(folder, `app-${name}.log`);
  const child = startChild([process.execPath, ...nextStart(app.port)], env, log);
  await untilReady(`http://localhost:${app.port}/readyz`, child, log);
  return child;
}
