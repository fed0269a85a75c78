import "server-only";
import { z } from "zod";

/** Schemas as the document writes them. */

const components = z.registry<{ id: string }>();

/** Makes a schema a component of the document: wherever it is used, the document refers to it by this name. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  components.add(schema, { id });
  return schema;
}

/** All that have a name. */
export function namedSchemas() {
  const { schemas } = z.toJSONSchema(components, { ...asWritten, uri: uriOf });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

/** A schema where it is used: by its name if it has one. */
export function schemaOf(schema: z.core.$ZodType) {
  const name = components.get(schema)?.id;
  return name ? { $ref: uriOf(name) } : plain(z.toJSONSchema(schema, asWritten));
}

/** So that an answer may grow: what a caller does not know yet is no error. */
const asWritten = { io: "input" } as const;

function uriOf(id: string) {
  return `#/components/schemas/${id}`;
}

/** Without what only a schema in a file of its own needs. */
function plain({ $schema, $id, ...rest }: z.core.JSONSchema.BaseSchema) {
  return rest;
}
