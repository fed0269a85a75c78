import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import { DatabaseError, reasonOf } from "./errors";

/** What `DATABASE_URL` says, as libpq reads it where node-postgres does not. */
export type Address = {
  connection: Pick<ClientConfig, "host" | "port" | "user" | "password" | "database"> &
    Pick<ClientConfig, "application_name" | "options" | "keepAlive" | "enableChannelBinding"> & {
      connectionTimeoutMillis: number;
    };
  /** How to speak to it in secret, or not; the first that works. */
  encryption: readonly Encryption[];
  schema: string;
  /** Prisma's `connection_limit`. */
  poolSize: number | null;
  /** Whether a server that only reads is refused. */
  mustWrite: boolean;
};

export type Encryption = NonNullable<ClientConfig["ssl"]>;

const CONNECT_SECONDS = 10;

/** Known to libpq, to Prisma or to node-postgres, and right already without them, if they say one of these. */
const NEEDLESS: Readonly<Record<string, RegExp>> = {
  pgbouncer: /^(true|false)$/,
  statement_cache_size: /^\d+$/,
  uselibpqcompat: /^(true|false)$/,
  client_encoding: /^(auto|utf-?8)$/i,
  gssencmode: /^(disable|prefer)$/,
  keepalives: /^1$/,
  sslnegotiation: /^postgres$/,
  load_balance_hosts: /^disable$/,
};

/** What to write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  ssl: "Write sslmode=verify-full, or sslmode=require for a server that has signed its certificate itself.",
  sslaccept: "Write sslmode=verify-full for strict, or sslmode=require for accept_invalid_certs.",
  hostaddr: "Write the address as the host.",
  statement_timeout: "Write options=-c%20statement_timeout%3D10s.",
  lock_timeout: "Write options=-c%20lock_timeout%3D10s.",
};

const READ = [
  ...["host", "port", "user", "password", "dbname", "application_name", "options", "schema"],
  ...["connect_timeout", "pool_timeout", "connection_limit", "target_session_attrs"],
  ...["sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding"],
] as const;

type Parameters = Partial<Record<(typeof READ)[number], string>>;

/**
 * Reads an address. Its sentences name nothing that could be part of a password.
 * @param setting what it was read from
 * @throws DatabaseError `address`
 */
export function readAddress(url: string, setting: string): Address {
  try {
    return parsed(url);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new DatabaseError("address", `${setting} ${error.message}`);
  }
}

function parsed(url: string): Address {
  const { authority, path, query } = partsOf(url);
  const { user, password, hosts } = authorityOf(authority);
  const given = parametersOf(query);
  const { host, port } = hostOf(given.host ?? hosts, given.port);
  const database = given.dbname ?? decoded(path);
  const connection = {
    ...(host && { host }),
    ...(port && { port }),
    ...((given.user ?? user) && { user: given.user ?? user }),
    ...((given.password ?? password) && { password: given.password ?? password }),
    ...(database && { database }),
    ...(given.application_name && { application_name: given.application_name }),
    ...(given.options && { options: given.options }),
    keepAlive: true,
    enableChannelBinding: mayBindChannel(given),
    connectionTimeoutMillis: secondsToConnect(given) * 1000,
  };
  return {
    connection,
    encryption: host?.startsWith("/") ? [false] : encryptionOf(given),
    schema: schemaOf(given),
    poolSize: wholeNumber(given, "connection_limit"),
    mustWrite: mustWrite(given),
  };
}

/** What is wrong with an address; its setting's name stands before it. */
class Refusal extends Error {}

function refuse(sentence: string): never {
  throw new Refusal(sentence);
}

const ENCODE =
  "has a character that must be written otherwise: @ as %40, : as %3A, / as %2F, # as %23, ? as %3F and % as %25, in a name or a password.";

/** An "@" after the host can only be part of a password with one of these characters in it. */
function partsOf(url: string) {
  const [, authority = "", path = "", query = ""] =
    /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#/@]*))?(?:\?([^#@]*))?$/.exec(url) ?? refuse(ENCODE);
  return { authority, path, query };
}

/** In what stands before the last "@" the first ":" ends the name. */
function authorityOf(authority: string) {
  const at = authority.lastIndexOf("@");
  const [user = "", ...password] = authority.slice(0, Math.max(at, 0)).split(":");
  return {
    user: decoded(user),
    password: decoded(password.join(":")),
    hosts: authority.slice(at + 1),
  };
}

function decoded(text: string) {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(ENCODE);
  }
}

function hostOf(written: string, portToo: string | undefined) {
  const hosts = written.split(",");
  if (hosts.length > 1) {
    refuse(
      "names several hosts. Name one: an address that always leads to the server that writes, such as a virtual address, a proxy or your provider's.",
    );
  }
  if (written.startsWith("/")) return { host: written, port: portFrom(portToo) };
  const [, inBrackets, name, port] =
    /^(?:\[([^\]]+)\]|([^:[\]]*))(?::([^:]*))?$/.exec(written) ?? [];
  if (inBrackets === undefined && name === undefined) {
    refuse(
      "has an IPv6 address without brackets, or a host that cannot be read. Write [::1]:5432.",
    );
  }
  return { host: inBrackets ?? decoded(name ?? ""), port: portFrom(portToo ?? port) };
}

function portFrom(text: string | undefined) {
  if (!text) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) refuse("has a port that is not a number from 1 to 65535.");
  return port;
}

function parametersOf(query: string): Parameters {
  const parameters: Record<string, string> = {};
  for (const pair of query.split("&").filter(Boolean)) {
    const [name = "", ...rest] = pair.split("=");
    parameters[checkedName(decoded(name), decoded(rest.join("=")))] = decoded(rest.join("="));
  }
  return parameters;
}

/** Names of ours are a closed set; another may be anything. */
function checkedName(name: string, value: string) {
  const isRead = READ.some((each) => each === name);
  if (isRead || NEEDLESS[name]?.test(value)) return name;
  if (NEEDLESS[name]) refuse(`sets ${name} to what this app does not do. Leave it out.`);
  if (INSTEAD[name]) refuse(`has the parameter ${name}, which is not taken here. ${INSTEAD[name]}`);
  const what = /^[a-z_]{2,40}$/i.test(name) ? ` "${name}"` : "";
  return refuse(`has a parameter${what} that is not known here. Leave it out: ${READ.join(", ")}.`);
}

function wholeNumber(given: Parameters, name: keyof Parameters) {
  const text = given[name];
  if (text === undefined) return null;
  if (!/^\d{1,6}$/.test(text)) refuse(`has a ${name} that is not a whole number.`);
  return Number(text) || null;
}

/** node-postgres waits as long for a free connection as for a new one; 0 would be for ever. */
function secondsToConnect(given: Parameters) {
  const wished = [wholeNumber(given, "connect_timeout"), wholeNumber(given, "pool_timeout")];
  return Math.max(...wished.map(Number)) || CONNECT_SECONDS;
}

function schemaOf({ schema = "public" }: Parameters) {
  if (!/^[A-Za-z_]\w{0,62}$/.test(schema)) {
    refuse("names a schema that is more than letters, digits and underscores.");
  }
  return schema;
}

function mustWrite({ target_session_attrs: wished = "any" }: Parameters) {
  if (["any", "prefer-standby"].includes(wished)) return false;
  if (["read-write", "primary"].includes(wished)) return true;
  return refuse(
    "asks with target_session_attrs for a server that only reads, or for what is not known: this app writes. Write read-write, or leave it out.",
  );
}

function mayBindChannel({ channel_binding: wished = "disable" }: Parameters) {
  if (wished === "disable") return false;
  if (wished === "prefer") return true;
  return refuse(
    "asks with channel_binding for what cannot be made sure of here. Write channel_binding=prefer, with sslmode=verify-full.",
  );
}

/** libpq's modes, and node-postgres's no-verify. */
function encryptionOf(given: Parameters): readonly Encryption[] {
  const { sslmode = "prefer", sslrootcert } = given;
  const ca = sslrootcert && sslrootcert !== "system" ? fileOf("sslrootcert", sslrootcert) : null;
  if (sslrootcert === "system" && sslmode !== "verify-full") {
    refuse("has sslrootcert=system, which needs sslmode=verify-full.");
  }
  const certificates = {
    ...(ca && { ca }),
    ...(given.sslcert && { cert: fileOf("sslcert", given.sslcert) }),
    ...(given.sslkey && { key: fileOf("sslkey", given.sslkey) }),
  };
  const unverified = { ...certificates, rejectUnauthorized: false };
  const ofAnyHost = { ...certificates, checkServerIdentity: () => undefined };
  switch (sslmode) {
    case "disable":
      return [false];
    case "allow":
      return [false, unverified];
    case "prefer":
      return [unverified, false];
    case "require":
      return [ca ? ofAnyHost : unverified];
    case "no-verify":
      return [unverified];
    case "verify-ca":
      if (!ca) refuse("has sslmode=verify-ca, which needs sslrootcert, or sslmode=verify-full.");
      return [ofAnyHost];
    case "verify-full":
      return [certificates];
    default:
      return refuse(
        "has an sslmode that is not known: it is disable, allow, prefer, require, verify-ca or verify-full.",
      );
  }
}

function fileOf(name: string, path: string) {
  try {
    return readFileSync(/* turbopackIgnore: true */ path, "utf8");
  } catch (error) {
    return refuse(`names with ${name} a file that cannot be read: ${reasonOf(error)}.`);
  }
}
