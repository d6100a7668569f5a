import * as z from 'zod';
import { onTheWire } from '../contract/common.ts';

export type JsonObject = Record<string, unknown>;

/** Writes zod's schemas as JSON Schema, as what goes over the wire. */
export interface SchemaWriter {
  /** The schemas that have a name of their own (`meta({ id })`), by that name; others refer to them. */
  readonly components: JsonObject;
  write(schema: z.ZodType): JsonObject;
}

/** @see JSON Schema 2020-12, of which OpenAPI 3.1 schemas are made */
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

/** zod keeps named schemas in `$defs`, OpenAPI in its components. */
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
  // What a format says already, and what holds for every number that JSON readers agree on, would only hide the rest.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.contentEncoding === jsonSchema.format) delete jsonSchema.format;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

/** The first example of a written schema, its own or that of the component that it refers to. */
export function exampleOf(schema: JsonObject, { components }: SchemaWriter): JsonObject {
  const name = String(schema['$ref'] ?? '').replace('#/components/schemas/', '');
  const [example] = Object(components[name] ?? schema).examples ?? [];
  return example === undefined ? {} : { example };
}
