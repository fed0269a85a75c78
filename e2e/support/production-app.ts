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
  const words = ["create", "--name", "crm", "--calls", "links,token,headers,application"];
  writeKey(file, await printed(["scripts/keys.ts", ...words], env));
}

/** What an app knows of the example CRM. */
type Crm = {
  url: string;
  name?: string;
  /** Whether there is another client too, with a key. */
  isBesideAnother?: boolean;
};

/** A client with a key for the example CRM, made as the demo makes it. */
async function makeCrmKey(file: string, { url, name }: Crm, env: NodeJS.ProcessEnv) {
  const keys = await printed(["scripts/demo-keys.ts", "--crm", url], env);
  writeKey(file, keys.split("\n")[1] ?? "");
  if (name) await printed(["scripts/clients.ts", "change", "example-crm", "--name", name], env);
}

/** A second client, made as an operator makes it, whose users come back to the same address as the first's, or to one of its own. */
async function makeOtherClient(file: string, crm: string, env: NodeJS.ProcessEnv) {
  const backs = [`${crm}/portals/back`, "https://crm.example/portals/back"];
  const returnUrls = backs.flatMap((back) => ["--return-url", back]);
  await printed(
    ["scripts/clients.ts", "create", "other", "--name", "Other CRM", ...returnUrls],
    env,
  );
  const words = [
    "create",
    "--client",
    "other",
    "--name",
    "crm",
    "--calls",
    "links,headers,connect",
  ];
  writeKey(file, await printed(["scripts/keys.ts", ...words], env));
}

async function printed(command: string[], env: NodeJS.ProcessEnv) {
  const options = [...WITHOUT_ENV_FILES, "--conditions=react-server", "--import", "tsx"];
  const run = promisify(execFile)(process.execPath, [...options, ...command], { cwd: root, env });
  return (await run).stdout;
}

function writeKey(file: string, key: string) {
  writeFileSync(file, key.trim(), { mode: 0o600 });
}

/**
 * Starts the production build with an app's settings. Resolves to its process when it is ready.
 * @param folder for its log, for a service key and a client's where it is to have them, and for its database where it has no other place
 * @param crm the clients, where the app has any
 */
export async function startApp(
  name: string,
  app: App,
  {
    folder,
    serviceKey,
    crm,
    storage,
  }: { folder: string; serviceKey: boolean; crm?: Crm; storage?: Storage },
) {
  const embedded = { DATABASE_DIRECTORY: join(folder, `database-${name}`) };
  const env = environmentOf(storage ?? embedded, app);
  if (serviceKey) await makeServiceKey(join(folder, "service-key"), env);
  if (crm) await makeCrmKey(join(folder, `crm-key-${app.port}`), crm, env);
  if (crm?.isBesideAnother) await makeOtherClient(join(folder, "other-key"), crm.url, env);
  const log = join(folder, `app-${name}.log`);
  const child = startChild([process.execPath, ...nextStart(app.port)], env, log);
  await untilReady(`http://localhost:${app.port}/readyz`, child, log);
  return child;
}
