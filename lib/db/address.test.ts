import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Address, readAddress } from "./address";
import { newFolder } from "./fixtures/folder";

const SETTING = "DATABASE_URL";

/** What people write into `DATABASE_URL`, who know it from libpq, from Prisma or from node-postgres. */

const ca = join(newFolder(), "root.crt");
writeFileSync(ca, "a certificate");

const usual = {
  keepAlive: true,
  enableChannelBinding: false,
  connectionTimeoutMillis: 10_000,
};

const unverified = { rejectUnauthorized: false };
const ofAnyHost = { checkServerIdentity: expect.any(Function) };

const understood: [string, Partial<Address["connection"]>][] = [
  ["postgresql://us:pw@db.example:6432/app", at("db.example", 6432, "us", "pw", "app")],
  ["postgres://us@db.example", at("db.example", undefined, "us", undefined, undefined)],
  ["postgresql://", {}],
  ["postgresql:///app", { database: "app" }],
  // Passwords.
  ["postgresql://us:p%40%3A%2F%23%3F%25w@db/app", { password: "p@:/#?%w" }],
  ["postgresql://us:p@:w@db/app", { user: "us", password: "p@:w", host: "db" }],
  ["postgresql://us%40server:pw@db/app", { user: "us@server" }],
  ["postgresql://us:p+w&=;$!*~'()@db/app", { password: "p+w&=;$!*~'()" }],
  ["postgresql://us:p%C3%A4sswort@db/app", { password: "pässwort" }],
  ["postgresql://db/app?user=us&password=p%40w", { user: "us", password: "p@w" }],
  // Hosts.
  ["postgresql://us@/app?host=/var/run/postgresql", { host: "/var/run/postgresql", user: "us" }],
  [
    "postgresql://localhost/app?host=/var/run/postgresql&port=5433",
    { host: "/var/run/postgresql", port: 5433 },
  ],
  ["postgresql://%2Fvar%2Frun%2Fpostgresql/app", { host: "/var/run/postgresql", database: "app" }],
  ["postgresql://us@[::1]:5433/app", { host: "::1", port: 5433 }],
  ["postgresql://us@[2001:db8::7]/app", { host: "2001:db8::7" }],
  ["postgresql://db/app?dbname=other", { database: "other" }],
  // Parameters.
  ["postgresql://db/app?options=-c%20work_mem%3D8MB", { options: "-c work_mem=8MB" }],
  ["postgresql://db/app?application_name=crm", { application_name: "crm" }],
  ["postgresql://db/app?connect_timeout=3", { connectionTimeoutMillis: 3_000 }],
  ["postgresql://db/app?connect_timeout=0", { connectionTimeoutMillis: 10_000 }],
  ["postgresql://db/app?pgbouncer=true&pool_timeout=20", { connectionTimeoutMillis: 20_000 }],
  ["postgresql://db/app?channel_binding=prefer", { enableChannelBinding: true }],
  ["postgresql://db/app?statement_cache_size=0&keepalives=1&gssencmode=disable", {}],
  ["postgresql://db/app?client_encoding=UTF8&target_session_attrs=any", {}],
];

function at(host: string, port?: number, user?: string, password?: string, database?: string) {
  const all = Object.entries({ host, port, user, password, database });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

test.each(understood)("%s is understood", (url, expected) => {
  const { connection } = readAddress(url, SETTING);
  expect(connection).toMatchObject({ ...usual, ...expected });
});

test("nothing is made up for what an address does not say", () => {
  expect(readAddress("postgresql:///", SETTING).connection).toEqual(usual);
});

const encrypted: [string, Address["encryption"]][] = [
  ["", [unverified, false]],
  ["?sslmode=disable", [false]],
  ["?sslmode=allow", [false, unverified]],
  ["?sslmode=prefer", [unverified, false]],
  ["?sslmode=require", [unverified]],
  ["?sslmode=no-verify", [unverified]],
  [`?sslmode=require&sslrootcert=${ca}`, [{ ca: "a certificate", ...ofAnyHost }]],
  [`?sslmode=verify-ca&sslrootcert=${ca}`, [{ ca: "a certificate", ...ofAnyHost }]],
  [`?sslmode=verify-full&sslrootcert=${ca}`, [{ ca: "a certificate" }]],
  ["?sslmode=verify-full", [{}]],
  ["?sslmode=verify-full&sslrootcert=system", [{}]],
  [
    `?sslmode=require&sslcert=${ca}&sslkey=${ca}`,
    [{ ...unverified, cert: "a certificate", key: "a certificate" }],
  ],
  ["?host=/var/run/postgresql&sslmode=require", [false]],
];

test.each(encrypted)("encryption as libpq has it: %s", (query, expected) => {
  expect(readAddress(`postgresql://us:pw@db/app${query}`, SETTING).encryption).toEqual(expected);
});

test("the schema, the size of the pool and the wish for a server that writes", () => {
  const read = (query: string) => readAddress(`postgresql://us@db/app${query}`, SETTING);
  expect(read("")).toMatchObject({ schema: "public", poolSize: null, mustWrite: false });
  expect(read("?schema=Other&connection_limit=5")).toMatchObject({ schema: "Other", poolSize: 5 });
  expect(read("?target_session_attrs=read-write").mustWrite).toBe(true);
  expect(read("?target_session_attrs=primary").mustWrite).toBe(true);
  expect(read("?target_session_attrs=prefer-standby").mustWrite).toBe(false);
});

const refused: [string, string][] = [
  ["postgresql://us:hidden/x@db/app", "@ as %40"],
  ["postgresql://us:hid#den@db/app", "# as %23"],
  ["postgresql://us:hidden?x@db/app", "? as %3F"],
  ["postgresql://us:hidden@a/b@db/app", "/ as %2F"],
  ["postgresql://us:hidden%@db/app", "% as %25"],
  ["postgresql://us:hidden%zz@db/app", "% as %25"],
  ["postgresql://us:hidden/app", "has a port"],
  ["postgresql://us:hidden@db:port/app", "has a port"],
  ["postgresql://us:hidden@db:99999/app", "has a port"],
  ["postgresql://us:hidden@a:5432,b:5432/app", "several hosts"],
  ["postgresql://us:hidden@/app?host=a,b", "several hosts"],
  ["postgresql://us:hidden@::1/app", "IPv6"],
  ["postgresql://us:hidden@db/app?target_session_attrs=standby", "this app writes"],
  ["postgresql://us:hidden@db/app?sslmode=verify-ca", "needs sslrootcert"],
  ["postgresql://us:hidden@db/app?sslmode=strict", "an sslmode that is not known"],
  ["postgresql://us:hidden@db/app?sslmode=require&sslrootcert=system", "needs sslmode=verify-full"],
  ["postgresql://us:hidden@db/app?sslrootcert=/nowhere", "sslrootcert a file that cannot be read"],
  ["postgresql://us:hidden@db/app?ssl=true", "sslmode=verify-full"],
  ["postgresql://us:hidden@db/app?sslaccept=strict", "sslmode=verify-full"],
  ["postgresql://us:hidden@db/app?channel_binding=require", "channel_binding=prefer"],
  ["postgresql://us:hidden@db/app?client_encoding=LATIN1", "client_encoding"],
  ["postgresql://us:hidden@db/app?statement_timeout=5", "options=-c%20statement_timeout"],
  ["postgresql://us:hidden@db/app?connection_limit=many", "connection_limit"],
  ["postgresql://us:hidden@db/app?schema=a;b", "names a schema"],
  ["postgresql://us:hidden@db/app?colour=blue", '"colour"'],
  ["postgresql://us:hidden@db/app?hidden%40x=1", "a parameter that is not known"],
];

test.each(refused)(
  "%s is refused, in one sentence that does not tell the password",
  (url, part) => {
    const read = () => readAddress(url, SETTING);
    expect(read).toThrow(expect.objectContaining({ code: "address" }));
    expect(read).toThrow(part);
    expect(read).toThrow(/^DATABASE_URL .*\.$/);
    expect(read).not.toThrow("hidden");
  },
);
