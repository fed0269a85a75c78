import type { Client } from "../../protocols/openid/store";

/** The app's keys at Spark. "Roles belong to the key": OAuth 2 has one for each role. */

type Key = Pick<Client, "protocol" | "audience" | "passwordGrant"> & {
  name: string;
  /** The last part of its redirect address. */
  connection: string;
};

const keys: readonly Key[] = [
  {
    name: "spark",
    connection: "spark",
    protocol: "openid",
    audience: "member",
    passwordGrant: false,
  },
  {
    name: "spark-private",
    connection: "spark-oauth2-private",
    protocol: "draft10",
    audience: "member",
    passwordGrant: true,
  },
  {
    name: "spark-idx",
    connection: "spark-oauth2-idx",
    protocol: "draft10",
    audience: "member",
    passwordGrant: false,
  },
  {
    name: "spark-vow",
    connection: "spark-oauth2-vow",
    protocol: "draft10",
    audience: "consumer",
    passwordGrant: false,
  },
];

/** `simulated-spark` and the others, registered at every origin of the app. */
export function findClient(id: string, appOrigins: readonly string[]): Client | null {
  const key = keys.find(({ name }) => id === `simulated-${name}`);
  return key ? clientOf(key, appOrigins) : null;
}

/** The key of one connection, or all of them. */
export function clientsOf(wanted: string | undefined, appOrigins: readonly string[]) {
  return keys
    .filter(({ connection }) => wanted === undefined || connection === wanted)
    .map((key) => clientOf(key, appOrigins));
}

function clientOf({ name, connection, ...key }: Key, appOrigins: readonly string[]): Client {
  return {
    id: `simulated-${name}`,
    secret: `simulated-secret-${name}`,
    redirectUris: appOrigins.map((origin) => `${origin}/api/auth/callback/${connection}`),
    ...key,
  };
}
