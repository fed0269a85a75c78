import "server-only";
import { z } from "zod";
import packageJson from "@/package.json";

/** The only reader of `process.env`. What belongs to a portal is read by `connectionsFrom`. */

/** Of this build. */
export const { version } = packageJson;

export type Variables = Readonly<Record<string, string | undefined>>;

/** What is kept for a time and then removed. */
type KeptKind = "vends" | "journal" | "revocations" | "erased" | "events";

export type TokenKey = { kid: string; key: Uint8Array<ArrayBuffer> };

/** Where people ask for help, what becomes of their data, and whose this deployment is. */
type OutsidePage = "support" | "privacy" | "imprint";

export type Settings = {
  /** Our own origin, without a trailing slash: `https://portico.example`. */
  origin: string;
  /** Whether cookies may be, and therefore are, `Secure` and `__Host-`. */
  secure: boolean;
  authSecret: string;
  /** The first encrypts, all decrypt; 32 bytes each. */
  tokenKeys: TokenKey[];
  /** PostgreSQL, or null for the embedded database. */
  databaseUrl: string | null;
  /** Connections of a process to a PostgreSQL server; null leaves it to the address, or to our default. */
  databasePoolSize: number | null;
  databaseDirectory: string;
  /** Where `npm run move-database` copies everything; null when the command is told otherwise. */
  moveTo: string | null;
  productName: string;
  /** Addresses of the operator's own that every page leads to; null where there is none. */
  outside: Record<OutsidePage, string | null>;
  /** Whether each sentence is shown longer and in brackets, to see what would be cut off. */
  pseudoLocale: boolean;
  /** The share of vended credentials that leave an audit event, 1 all of them and 0 none; or one event that counts a minute. */
  auditVends: number | "counted";
  /** For how many days what grows is kept; see `lib/accounts/retention`. */
  keepDays: Record<KeptKind, number>;
  /** What a service key may ask of one process: so many requests a second, and so many at once. */
  apiRate: { perSecond: number; burst: number };
  /** Where the API is: on a port of its own (null: none) at this host, and at the public address. */
  api: { port: number | null; host: string; isPublic: boolean };
  /** The header in which the proxy in front says where a request comes from; null where there is none to be believed. */
  visitorAddressHeader: string | null;
  /** Sent to every portal: `Portico/0.1.0`. */
  userAgent: string;
};

/** The environment as it is, for those who parse it. */
export function variables(): Variables {
  return process.env;
}

/** Whether this is `next build`, which must neither need settings nor open a database. */
export function building() {
  return process.env.NEXT_PHASE === "phase-production-build";
}

const logLevels = ["info", "warn", "error"] as const;

/** Known even where other settings are wrong: the log has to say so. */
export function logLevel(): (typeof logLevels)[number] {
  const set = variables().LOG_LEVEL?.trim();
  return logLevels.find((level) => level === set) ?? "info";
}

let parsed: Settings | null = null;

/** The settings, parsed once. The start has checked them; a program that runs without it gets the sentences as an error. */
export function settings(): Settings {
  if (parsed) return parsed;
  const { settings, errors } = settingsFrom(variables());
  if (!settings) throw new Error(errors.join("\n"));
  parsed = settings;
  return settings;
}

const unset = (value: unknown) =>
  typeof value === "string" && value.trim() === "" ? undefined : value;

const optional = z.preprocess(unset, z.string().trim().optional());

const count = optional.refine((value) => !value || /^[1-9]\d{0,5}$/.test(value), {
  error: "must be a whole number, 1 or more.",
});

const days = optional.refine((value) => !value || /^[1-9]\d{0,4}$/.test(value), {
  error: "must be a whole number of days, from 1 to 99999.",
});

/** Pages put these addresses into links as they are. */
const outsidePage = optional.refine((value) => !value || isWebPage(value), {
  error: "must be the address of a page, such as https://acme.example/privacy.",
});

const Origin = z.preprocess(
  unset,
  z
    .url({ error: "must be this app's own address, such as https://portico.example.", abort: true })
    .refine((value) => !["127.0.0.1", "[::1]"].includes(new URL(value).hostname), {
      error:
        "must name localhost instead of its number: cookies set for the one are not sent to the other.",
      abort: true,
    })
    .refine((value) => new URL(value).protocol === "https:" || isLocalhost(value), {
      error: "must begin with https://, or with http://localhost on your own machine.",
      abort: true,
    })
    .refine(isOrigin, {
      error: "must be an origin alone, without a path or a name: https://portico.example.",
    })
    .transform((value) => new URL(value).origin),
);

const Secret = z.preprocess(
  unset,
  z
    .string({ error: "is not set. Make one with: openssl rand -base64 32" })
    .min(32, { error: "is shorter than 32 characters. Make one with: openssl rand -base64 32" }),
);

const KEYS_FORM = 'must look like "k1:<32 bytes in base64>", newest first, separated by commas.';

const TokenKeys = z.preprocess(
  unset,
  z
    .string({ error: 'is not set. Make one with: echo "k1:$(openssl rand -base64 32)"' })
    .transform((value) => value.split(",").map(tokenKeyFrom))
    .refine((keys) => keys.every((key) => key !== null), { error: KEYS_FORM, abort: true })
    .transform((keys) => keys.filter((key) => key !== null))
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, {
      error: "names two keys alike.",
    }),
);

/** Headers that say something else, or say an address among other things. */
const NO_ADDRESS: readonly string[] = [
  ...["accept", "authorization", "cookie", "forwarded", "host", "origin", "referer", "user-agent"],
  ...["via", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"],
];

const Schema = z.object({
  AUTH_URL: Origin,
  AUTH_SECRET: Secret,
  TOKEN_KEYS: TokenKeys,
  AUTH_REDIRECT_PROXY_URL: z.preprocess(
    unset,
    z.undefined({
      error:
        "must not be set: it would silently replace the addresses portals send people back to.",
    }),
  ),
  DATABASE_URL: optional.refine((value) => !value || isPostgres(value), {
    error: "must begin with postgresql://. Leave it empty for the embedded database.",
  }),
  DATABASE_POOL_SIZE: count,
  DATABASE_DIRECTORY: optional,
  MOVE_TO: optional.refine((value) => !value || isPostgres(value), {
    error: "must begin with postgresql://. Leave it empty unless you move the database.",
  }),
  PRODUCT_NAME: optional.refine((value) => !value || /^[^\p{C}]{1,60}$/u.test(value), {
    error: "must be at most 60 printable characters.",
  }),
  SUPPORT_URL: optional.refine((value) => !value || isWebPage(value) || isMailbox(value), {
    error:
      "must be the address of a page or one mailbox, such as https://acme.example/help or mailto:help@acme.example.",
  }),
  PRIVACY_URL: outsidePage,
  IMPRINT_URL: outsidePage,
  AUDIT_VENDS: optional.refine((value) => !value || /^(counted|0(\.\d+)?|1(\.0+)?)$/.test(value), {
    error: "must be counted, or a share between 0 and 1, such as 0.01 for one in a hundred.",
  }),
  KEEP_VENDS_DAYS: days,
  KEEP_JOURNAL_DAYS: days,
  KEEP_REVOCATIONS_DAYS: days,
  KEEP_ERASED_DAYS: days,
  KEEP_EVENTS_DAYS: days,
  API_PORT: optional.refine((value) => !value || isPort(value), {
    error: "must be a port, from 1 to 65535.",
  }),
  API_HOST: optional.refine((value) => !value || /^[\w.:-]{1,253}$/.test(value), {
    error: "must be the name or the address of a network interface, such as 127.0.0.1 or 0.0.0.0.",
  }),
  API_PUBLIC: optional.pipe(z.enum(["on", "off"], { error: "must be on or off." }).optional()),
  API_RATE_LIMIT: count,
  API_RATE_BURST: count,
  CLIENT_ADDRESS_HEADER: optional
    .refine((value) => !value || /^[a-z][a-z0-9-]{0,63}$/i.test(value), {
      error: "must be the name of one header, such as x-forwarded-for.",
    })
    .refine((value) => !value || !NO_ADDRESS.includes(value.toLowerCase()), {
      error: "names a header that does not hold an address alone. Name another, such as x-real-ip.",
    }),
  LOG_LEVEL: optional.pipe(z.enum(logLevels, { error: "must be info, warn or error." }).optional()),
  PSEUDO_LOCALE: optional.pipe(z.enum(["on", "off"], { error: "must be on or off." }).optional()),
  PORTAL_SIMULATOR: optional.refine((value) => !value || (isLocalhost(value) && isOrigin(value)), {
    error: "must begin with http://localhost, and have no path.",
  }),
});

/** Settings from variables, or every sentence about what is wrong with them. An empty variable is an unset one. */
export function settingsFrom(variables: Variables): {
  settings: Settings | null;
  errors: string[];
} {
  const parsed = Schema.safeParse(variables);
  const errors = (parsed.error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")} ${message}`,
  );
  if (variables.PORTAL_SIMULATOR?.trim() && !isLocalhost(variables.AUTH_URL?.trim() ?? "")) {
    errors.push(
      "PORTAL_SIMULATOR must not be set unless AUTH_URL begins with http://localhost: its portals let everyone in.",
    );
  }
  if (variables.PSEUDO_LOCALE?.trim() === "on" && !isLocalhost(variables.AUTH_URL?.trim() ?? "")) {
    errors.push(
      "PSEUDO_LOCALE must not be on unless AUTH_URL begins with http://localhost: it is for trying pages out.",
    );
  }
  if (variables.API_PUBLIC?.trim() === "off" && !variables.API_PORT?.trim()) {
    errors.push("API_PUBLIC is off and API_PORT is not set: the API would be nowhere.");
  }
  if (!parsed.success || errors.length > 0) return { settings: null, errors };
  const env = parsed.data;
  const productName = env.PRODUCT_NAME ?? "Portico";
  return {
    settings: {
      origin: env.AUTH_URL,
      secure: env.AUTH_URL.startsWith("https:"),
      authSecret: env.AUTH_SECRET,
      tokenKeys: env.TOKEN_KEYS,
      databaseUrl: env.DATABASE_URL ?? null,
      databasePoolSize: env.DATABASE_POOL_SIZE ? Number(env.DATABASE_POOL_SIZE) : null,
      databaseDirectory: env.DATABASE_DIRECTORY ?? ".data/database",
      moveTo: env.MOVE_TO ?? null,
      productName,
      outside: {
        support: env.SUPPORT_URL ?? null,
        privacy: env.PRIVACY_URL ?? null,
        imprint: env.IMPRINT_URL ?? null,
      },
      pseudoLocale: env.PSEUDO_LOCALE === "on",
      auditVends: env.AUDIT_VENDS === "counted" ? "counted" : Number(env.AUDIT_VENDS ?? 1),
      keepDays: {
        vends: Number(env.KEEP_VENDS_DAYS ?? 90),
        journal: Number(env.KEEP_JOURNAL_DAYS ?? 30),
        revocations: Number(env.KEEP_REVOCATIONS_DAYS ?? 90),
        erased: Number(env.KEEP_ERASED_DAYS ?? 730),
        events: Number(env.KEEP_EVENTS_DAYS ?? 90),
      },
      apiRate: {
        perSecond: Number(env.API_RATE_LIMIT ?? 50),
        burst: Number(env.API_RATE_BURST ?? 500),
      },
      api: {
        port: env.API_PORT ? Number(env.API_PORT) : null,
        host: env.API_HOST ?? "127.0.0.1",
        isPublic: env.API_PUBLIC !== "off",
      },
      visitorAddressHeader: env.CLIENT_ADDRESS_HEADER?.toLowerCase() ?? null,
      userAgent: `${headerSafe(productName)}/${version}`,
    },
    errors: [],
  };
}

function tokenKeyFrom(text: string): TokenKey | null {
  const [, kid, encoded] = /^\s*([\w-]{1,32}):([\w+/-]{42,43}={0,2})\s*$/.exec(text) ?? [];
  if (!kid || !encoded) return null;
  const key = Buffer.from(encoded, "base64");
  return key.length === 32 ? { kid, key: new Uint8Array(key) } : null;
}

/** Whether an address is a PostgreSQL server's. */
export function isPostgres(address: string) {
  return /^postgres(ql)?:\/\//.test(address);
}

function isPort(text: string) {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** Whether it is a page's whole address on the web, over https and without a name and password. */
function isWebPage(address: string) {
  if (!/^https:\/\/[^\s\p{C}]{1,500}$/u.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === "" && password === "";
}

/** Whether letters to it go to one mailbox, with nothing prepared. */
function isMailbox(address: string) {
  return /^mailto:[\w.!#$'*+/=^`{|}~-]{1,64}@[\w-]+(\.[\w-]+)+$/.test(address);
}

/** Whether nothing but scheme, host and port is said, however they are written. */
function isOrigin(address: string) {
  const { href, origin } = new URL(address);
  return href === `${origin}/`;
}

function isLocalhost(address: string) {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && hostname === "localhost";
}

/** A header takes visible ASCII only: "Agence Été" becomes "Agence-Ete". */
function headerSafe(name: string) {
  return (
    name
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .replace(/[^A-Za-z0-9.]+/g, "-")
      .replace(/^-|-$/g, "") || "Portico"
  );
}
