import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { answer } from "./answer";
import { calls } from "./calls";
import { problemKinds } from "./respond";
import { documentOf, trouble } from "./testing";

// biome-ignore lint/suspicious/noExplicitAny: a document of any depth
const document: any = documentOf(calls);

type Described = {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: Content;
  responses: Record<string, Content & { $ref?: string }>;
};
type Content = { content: Record<string, Body> };
type Body = { schema: Json; examples?: Record<string, { value: unknown }> };
type Json = { [key: string]: unknown };

const operations = Object.entries<Record<string, Described>>(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test.each(Object.keys(document.paths))("%s takes exactly the documented methods", async (path) => {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  const documented = Object.keys(document.paths[path]).map((method) => method.toUpperCase());
  const taken = [];
  for (const method of methods) {
    const address = `http://localhost:3000${path.replace(/\{\w+\}/, "x")}`;
    const { status, headers } = await answer(new Request(address, { method }));
    if (status !== 405) taken.push(method);
    else expect(headers.allow?.split(", ").sort()).toEqual([...documented, "OPTIONS"].sort());
  }
  expect(taken.sort()).toEqual(documented.sort());
});

test("it is OpenAPI 3.1, and every reference in it leads somewhere", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, ref]) => ref);
  expect(refs.length).toBeGreaterThan(0);
  for (const ref of refs) expect(at(ref ?? "")).toBeDefined();
});

test("a problem's type is the address of its description", () => {
  expect(at("/components/responses/rate_limited")).toMatchObject({
    description: expect.any(String),
  });
});

test("a linter with the rules that it recommends finds nothing", async () => {
  expect(await linted(document)).toEqual([]);
  const { license: _, ...info } = document.info;
  expect(await linted({ ...document, info })).toEqual(["warn info-license"]);
});

test("operations have ids of their own, and every parameter of a path is declared", () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(calls.length);
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((each) => each.in === "path");
    expect(declared.map(({ name }) => name)).toEqual(named);
  }
});

test.each(operations)("$method $path: every body has examples, as documented", ({ operation }) => {
  const answers = Object.values(operation.responses).map(({ $ref, ...response }) =>
    $ref ? at($ref.slice(1)) : response,
  );
  const bodies: Content[] = operation.requestBody ? [operation.requestBody, ...answers] : answers;
  expect(bodies.length).toBeGreaterThan(1);
  for (const { schema, examples = {} } of bodies.flatMap(({ content }) => Object.values(content))) {
    const values = Object.values(examples).map(({ value }) => value);
    expect([schema, values]).not.toEqual([schema, []]);
    for (const value of values) expect(trouble(document, schema, value)).toEqual([]);
  }
});

test("an example that is not as documented would be found", () => {
  const status = { $ref: "#/components/schemas/Status" };
  const good = { state: "unknown", reason: null, checked_at: null };
  expect(trouble(document, status, good)).toEqual([]);
  expect(trouble(document, status, { ...good, more: "x" })).not.toEqual([]);
  expect(trouble(document, status, { ...good, reason: 1 })).not.toEqual([]);
});

test("what has a name is described once", () => {
  const { schemas } = document.components;
  expect(schemas.Links.properties.links.items).toEqual({ $ref: "#/components/schemas/Link" });
  expect(schemas.Link.properties).toMatchObject({
    member: { $ref: "#/components/schemas/Member" },
    status: { $ref: "#/components/schemas/Status" },
  });
  for (const schema of Object.values<Json>(schemas)) {
    expect(schema.description).toMatch(/\.$/);
    expect(Object.keys(schema)).not.toContain("$id");
  }
});

test("what a caller sends and gets is described, word by word", () => {
  const { parameters } = document.paths["/api/v1/links"].get;
  expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
    "user",
    "external_id",
    "connection",
    "member",
    "status",
    "limit",
    "cursor",
  ]);
  for (const { description, schema } of parameters) {
    expect(description).toMatch(/\.$/);
    expect(schema.type).toBeDefined();
  }
  const { TokenRequest, HeadersRequest } = document.components.schemas;
  for (const { additionalProperties, properties } of [TokenRequest, HeadersRequest]) {
    expect(additionalProperties).toBe(false);
    expect(properties.rejected_generation).toMatchObject({
      anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }],
    });
  }
});

/** What Redocly's linter says; `redocly lint` says the same. */
async function linted(document: object) {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems
    .filter((problem) => !isTypeOfProblem(problem.location[0]?.pointer))
    .map(({ severity, ruleId }) => `${severity} ${ruleId}`);
}

/** Its description: a problem's `type` is its address, so it is there also where no call refers to it. */
function isTypeOfProblem(pointer: string | undefined) {
  return Object.keys(problemKinds).some((kind) => pointer === `#/components/responses/${kind}`);
}

/** RFC 6901. */
function at(pointer: string) {
  return pointer
    .split("/")
    .slice(1)
    .reduce((found, key) => found?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}

test("the page for people names every call, and every way to be refused", () => {
  const page = readFileSync("docs/api.md", "utf8");
  const places = operations.map(({ path, method }) => `\`${method.toUpperCase()} ${path}`);
  const refusals = Object.entries(problemKinds).map(
    ([code, { status }]) => `| ${status} | \`${code}\` |`,
  );
  expect([...places, ...refusals].filter((each) => !page.includes(each))).toEqual([]);
});
