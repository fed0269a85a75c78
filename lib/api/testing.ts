import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { z } from "zod";
import { makeKey, type ServiceKey } from "@/lib/accounts/clients/service-keys";
import { everythingWritten } from "@/lib/accounts/clients/write-behind";
import { rotatingVariables } from "@/lib/accounts/testing";
import { healthyColumns } from "@/lib/accounts/tokens/link-tokens";
import { tokenColumns } from "@/lib/accounts/tokens/vault";
import type { Database } from "@/lib/db/database";
import { beginProcess } from "@/lib/process/testing";

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
  const calls = ["links", "token", "headers"] as const;
  return (await makeKey({ name: "crm", connections: [], calls, ...more })).text;
}

type TestCall = {
  key?: string;
  body?: string | object;
  headers?: Record<string, string>;
  method?: string;
};

const templates = {
  links: "/api/v1/links",
  token: "/api/v1/links/{id}/token",
  headers: "/api/v1/links/{id}/headers",
  document: "/api/v1/openapi.json",
};

/** Makes a call, and checks the answer. */
export async function ask(
  name: keyof typeof templates,
  { id = "", query = "" }: { id?: string; query?: string },
  { key, body, headers = {}, method }: TestCall = {},
) {
  const verb = method ?? (name === "token" || name === "headers" ? "POST" : "GET");
  const path = templates[name].replace("{id}", encodeURIComponent(id));
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
  if (verb !== "HEAD") await expectDocumented(templates[name], verb, response, said);
  return { status: response.status, headers: response.headers, body: said };
}

/** The status is among the documented ones, and the body has the documented shape and nothing else. */
async function expectDocumented(path: string, verb: string, answer: Response, body: unknown) {
  const { document, schemas } = await described();
  const found =
    answer.status === 405
      ? at(document, "components", "responses", "method_not_allowed")
      : at(document, "paths", path, verb.toLowerCase(), "responses", String(answer.status));
  const response = resolved(document, found);
  const type = answer.headers.get("content-type") ?? "";
  const ref = JSON.stringify(at(response, "content", type, "schema"));
  const schema = schemas.get(ref) ?? z.fromJSONSchema(closed(resolved(document, JSON.parse(ref))));
  schemas.set(ref, schema);
  const { error } = schema.safeParse(body);
  expect(error?.issues ?? []).toEqual([]);
  for (const name of Object.keys(at(response, "headers"))) {
    expect([name, answer.headers.get(name)]).not.toContain(null);
  }
}

let known: { document: Json; schemas: Map<string, z.ZodType> } | null = null;

async function described() {
  const { openApiDocument } = await import("./openapi");
  known ??= { document: JSON.parse(JSON.stringify(openApiDocument())), schemas: new Map() };
  return known;
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

/** The same schema, but what is not documented is wrong. */
function closed<T>(schema: T): T {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed) as T;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const strict = "properties" in schema ? { additionalProperties: false } : {};
  return { ...Object.fromEntries(entries), ...strict };
}

/** Writes what this process has still to write, and forgets what it knows of keys and rates. */
export async function endProcess() {
  await everythingWritten();
  beginProcess();
}
