import * as z from 'zod';
import { onTheWire } from '../contract/common.ts';

export type JsonObject = Record<string, unknown>;

/** Writes zod schemas as JSON Schema of what is sent over the wire. */
export interface SchemaWriter {
  /** Schemas with a name (`meta({ id })`), by that name; others refer to them. */
  readonly components: JsonObject;
  write(schema: z.ZodType): JsonObject;
}

/** @see JSON Schema 2020-12, which OpenAPI 3.1 uses */
export function createSchemaWriter(): SchemaWriter {
  const components: JsonObject = {};
  return {
    components,
    write(schema) {
      const { $defs = {}, properties = {} } = toJsonSchema(z.object({ it: schema }));
      Object.assign(components, $defs);
      return Object(properties['it']);
    },
  };
}

function toJsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const written = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: describe });
  return JSON.parse(JSON.stringify(written, withComponentReference)) as z.core.JSONSchema.BaseSchema;
}

/** zod puts named schemas into `$defs`, OpenAPI into its components. */
function withComponentReference(name: string, value: unknown): unknown {
  return name === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : value;
}

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>;

const describe: Override = ({ zodSchema, jsonSchema }) => {
  const wire = onTheWire.get(zodSchema);
  if (wire) {
    for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
    const { $schema: _, ...described } = toJsonSchema(wire);
    Object.assign(jsonSchema, described);
  }
  // zod omits the examples of schemas that transform their input; ours are as sent over the wire.
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (examples) jsonSchema.examples = examples as unknown[];
  // A pattern that repeats a format, and limits of every safe integer, would only distract.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.contentEncoding === jsonSchema.format) delete jsonSchema.format;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

/** The first example of a schema or of the component that it refers to. */
export function exampleOf(schema: JsonObject, writer: SchemaWriter): JsonObject {
  const [example] = Object(resolve(schema, writer)).examples ?? [];
  return example === undefined ? {} : { example };
}

/** The description of a schema or of the component that it refers to. */
export function descriptionOf(schema: JsonObject, writer: SchemaWriter): string | undefined {
  return Object(resolve(schema, writer)).description;
}

function resolve(schema: JsonObject, { components }: SchemaWriter): unknown {
  return components[String(schema['$ref'] ?? '').replace('#/components/schemas/', '')] ?? schema;
}
