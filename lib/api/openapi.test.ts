import { expect, test } from "vitest";
import { addresses, answer } from "./answer";
import { openApiDocument } from "./openapi";

const document = JSON.parse(JSON.stringify(openApiDocument()));

test("every address is documented, and everything documented is an address", () => {
  expect(addresses.length).toBeGreaterThan(0);
  expect(Object.keys(document.paths).sort()).toEqual(addresses.map(({ path }) => path).sort());
});

test.each(addresses)("$path: exactly the documented methods are not refused", async ({ path }) => {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  const taken = [];
  for (const method of methods) {
    const address = `http://localhost:3000${path.replace("{id}", "x")}`;
    const { status } = await answer(new Request(address, { method }));
    if (status !== 405) taken.push(method.toLowerCase());
  }
  const { parameters: _, ...documented } = document.paths[path];
  expect(taken).toEqual(Object.keys(documented));
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

test("operations have ids of their own, and every parameter of a path is declared", () => {
  const operations = Object.entries<Record<string, { operationId: string; name: string }>>(
    document.paths,
  ).flatMap(([path, { parameters = [], ...methods }]) =>
    Object.values(methods).map(({ operationId }) => ({ path, parameters, operationId })),
  );
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { path, parameters } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect((parameters as { name: string }[]).map(({ name }) => name)).toEqual(named);
  }
});

test("what a caller sends and gets is described, word by word", () => {
  const { parameters } = document.paths["/api/v1/links"].get;
  expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
    "user",
    "connection",
    "member",
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
    expect(properties.rejected_generation).toMatchObject({ type: "integer", minimum: 1 });
  }
});

/** RFC 6901. */
function at(pointer: string) {
  return pointer
    .split("/")
    .slice(1)
    .reduce((found, key) => found?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}
