import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { z } from "zod";
import { defaultCalls, makeKey, type ServiceKey } from "@/lib/accounts/clients/service-keys";
import { everythingWritten } from "@/lib/accounts/clients/write-behind";
import { rotatingVariables } from "@/lib/accounts/testing";
import { healthyColumns } from "@/lib/accounts/tokens/link-tokens";
import { tokenColumns } from "@/lib/accounts/tokens/vault";
import type { Database } from "@/lib/db/database";
import { beginProcess } from "@/lib/process/testing";
import type { Call } from "./call";
import { openApiDocument } from "./openapi";

/** For tests only: the API as a back end meets it. Every answer is held against the document. */

/** Variables of a deployment with a portal of each kind; OLX is at this address. */
export function apiVariables(olx: string): Record<string, string> {
  return {
    ...rotatingVariables(olx),
    MLSCONNECT_BOARDS: "federia caraibes",
    MLSCONNECT_CLIENT_ID: "mls-client",
    MLSCONNECT_CLIENT_SECRET: "mls-client-secret",
    SPARK_OAUTH2_ROLES: "private",
    SPARK_OAUTH2_PRIVATE_CLIENT_ID: "spark-client",
    SPARK_OAUTH2_PRIVATE_CLIENT_SECRET: "spark-client-secret",
    IMMOSCOUT24_CLIENT_ID: "consumer-key",
    IMMOSCOUT24_CLIENT_SECRET: "consumer-secret",
  };
}

/** What must be in no answer at all: refresh tokens and secrets of every kind. */
const secrets = [
  "refresh-1",
  "refresh-2",
  "token-secret",
  "client-secret",
  "consumer-secret",
  "mls-client-secret",
  "spark-client-secret",
];

/** A link whose token is good for an hour. */
export async function goodLink(db: Database, provider: string, more: Record<string, unknown> = {}) {
  const { id: userId } = await db.user.create({ data: {} });
  const id = randomUUID();
  const now = new Date();
  const tokens = {
    accessToken: "access-1",
    tokenSecret: "token-secret",
    refreshToken: "refresh-1",
    expiresAt: new Date(now.getTime() + 3_600_000),
    issuedAt: null,
    scope: "read write",
  };
  const { user, ...columns } = { user: userId, ...more };
  await db.account.create({
    data: {
      id,
      userId: user,
      type: "oauth",
      provider,
      providerAccountId: randomUUID(),
      environment: "production",
      member: { name: "Anna Peeters", email: "anna@example.com", agency: "Home", image: null },
      ...(await tokenColumns(id, tokens)),
      ...healthyColumns(now),
      ...columns,
    },
  });
  return { id, user };
}

export async function keyFor(more: Partial<Omit<ServiceKey, "id">> = {}) {
  return (await makeKey({ name: "crm", connections: [], calls: defaultCalls, ...more })).text;
}

type TestCall = {
  key?: string;
  body?: string | object;
  headers?: Record<string, string>;
  method?: string;
};

const places = {
  links: { method: "GET", path: "/api/v1/links" },
  importLink: { method: "POST", path: "/api/v1/links" },
  link: { method: "GET", path: "/api/v1/links/{id}" },
  unlink: { method: "DELETE", path: "/api/v1/links/{id}" },
  connections: { method: "GET", path: "/api/v1/connections" },
  createSession: { method: "POST", path: "/api/v1/connect-sessions" },
  session: { method: "GET", path: "/api/v1/connect-sessions/{id}" },
  finish: { method: "POST", path: "/api/v1/connect-sessions/{id}/finish" },
  eraseUser: { method: "DELETE", path: "/api/v1/users/{external_id}" },
  token: { method: "POST", path: "/api/v1/links/{id}/token" },
  headers: { method: "POST", path: "/api/v1/links/{id}/headers" },
  connectionHeaders: { method: "POST", path: "/api/v1/connections/{id}/headers" },
  events: { method: "GET", path: "/api/v1/events" },
  document: { method: "GET", path: "/api/v1/openapi.json" },
};

/** Makes a call, and checks the answer. */
export async function ask(
  name: keyof typeof places,
  { id = "", query = "" }: { id?: string; query?: string } = {},
  { key, body, headers = {}, method }: TestCall = {},
) {
  const place = places[name];
  const verb = method ?? place.method;
  const path = place.path.replace(/\{\w+\}/, encodeURIComponent(id));
  const raw = typeof body === "object" ? JSON.stringify(body) : body;
  const request = new Request(`http://localhost:3000${path}${query}`, {
    method: verb,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(raw && { "content-type": "application/json" }),
      ...headers,
    },
    ...(raw && { body: raw }),
  });
  const { answer } = await import("./answer");
  const { body: answered, ...rest } = await answer(request);
  const response = new Response(answered, rest);
  const text = await response.text();
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-request-id")).toMatch(/^[\w.:-]+$/);
  const said = JSON.parse(text);
  if (verb !== "HEAD") await expectDocumented(place.path, verb, response, said);
  return { status: response.status, headers: response.headers, body: said };
}

/** The status is among the documented ones, and the body has the documented shape and nothing else. */
async function expectDocumented(path: string, verb: string, answer: Response, body: unknown) {
  const document = await described();
  const found =
    answer.status === 405
      ? at(document, "components", "responses", "method_not_allowed")
      : at(document, "paths", path, verb.toLowerCase(), "responses", String(answer.status));
  const response = resolved(document, found);
  const type = answer.headers.get("content-type") ?? "";
  expect(trouble(document, at(response, "content", type, "schema"), body)).toEqual([]);
  for (const name of Object.keys(at(response, "headers"))) {
    expect([name, answer.headers.get(name)]).not.toContain(null);
  }
}

let known: Json | null = null;

async function described() {
  const { calls } = await import("./calls");
  const { openApiDocument } = await import("./openapi"); // of the same modules: what has a name is known to them
  known ??= JSON.parse(JSON.stringify(openApiDocument(calls))) as Json;
  return known;
}

/** The document as it is sent. */
export function documentOf(calls: readonly Call[]): Json {
  return JSON.parse(JSON.stringify(openApiDocument(calls)));
}

const read = new WeakMap<Json, Map<string, z.ZodType>>();

/** What is wrong with a body by the document's word: also what a schema does not name. */
export function trouble(document: Json, schema: Json, body: unknown) {
  const schemas = read.get(document) ?? new Map<string, z.ZodType>();
  read.set(document, schemas);
  const text = JSON.stringify(schema);
  const reader = schemas.get(text) ?? z.fromJSONSchema(closed(document, schema));
  schemas.set(text, reader);
  return reader.safeParse(body).error?.issues ?? [];
}

type Json = { [key: string]: unknown };
const Json = z.record(z.string(), z.unknown());

function at(from: Json, ...path: string[]): Json {
  return path.reduce(
    (found, key) => Json.parse(found[key], { error: () => path.join(" → ") }),
    from,
  );
}

function resolved(document: Json, { $ref, ...rest }: Json): Json {
  return typeof $ref === "string" ? at(document, ...$ref.split("/").slice(1)) : rest;
}

/** The same schema in one piece; what is not documented is wrong. */
function closed<T>(document: Json, schema: T): T {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((each) => closed(document, each)) as T;
  const whole = { ...resolved(document, schema as Json), ...schema, $ref: undefined };
  const entries = Object.entries(whole).map(([key, value]) => [key, closed(document, value)]);
  const strict = "properties" in whole ? { additionalProperties: false } : {};
  return { ...strict, ...Object.fromEntries(entries) };
}

/** Writes what this process has still to write, and forgets what it knows of keys and rates. */
export async function endProcess() {
  await everythingWritten();
  beginProcess();
}
