import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import type { InspectionRoute } from './inspectionRoute.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Routes under one heading. */
export interface RouteGroup {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly InspectionRoute[];
}

/** What any call can be answered with, besides what its route declares. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'A query parameter, a path parameter or the body is wrong. `target` names the first one.',
  403: 'A web page of another origin sent the request, or it has a host name that is not allowed.',
  404: 'There is no such mailbox, or nothing with this name.',
};

const BODY_ERRORS: Readonly<Record<number, string>> = {
  413: 'The body is larger than 10 MiB.',
  415: 'The request lacks the header `content-type: application/json`.',
};

const error = z
  .object({
    error: z.object({
      code: z.string().describe('For programs.'),
      message: z.string().describe('For people. Begins with the field, if one is wrong.'),
      target: z.string().optional().describe('The field or parameter that is wrong, e.g. `[0].status`.'),
    }),
  })
  .meta({
    id: 'Error',
    examples: [{ error: { code: 'BadRequest', message: 'top: must be a whole number from 1 to 1000', target: 'top' } }],
  });

const MAILBOX = {
  name: 'mailbox',
  in: 'query',
  description: 'The name of the mailbox; default `default`.',
  schema: { type: 'string' },
  example: 'default',
};

/**
 * Describes the emulator's own API. Paths, parameters and bodies are described by the schemas that validate them.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(groups: readonly RouteGroup[]): JsonObject {
  const writer = new SchemaWriter();
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const { name, routes } of groups) {
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, name, writer) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ACS emulator: inspection API',
      version: '1.0.0',
      summary: 'What the emulator received, and how it behaves.',
      description:
        'No call needs a key, but all of them must come from this machine: `localhost`, `127.0.0.1`, `[::1]`, or a host name ' +
        'that was allowed at the start. Unknown query parameters and members of bodies are errors.',
    },
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    components: { schemas: writer.named, parameters: { mailbox: MAILBOX } },
  };
}

function operationOf(route: InspectionRoute, tag: string, writer: SchemaWriter): JsonObject {
  const { summary, params, query, body } = route.description;
  return {
    operationId: route.name,
    summary,
    tags: [tag],
    parameters: [
      ...parametersOf(params, 'path', writer),
      ...parametersOf(query, 'query', writer),
      { $ref: '#/components/parameters/mailbox' },
    ],
    ...(body && { requestBody: { required: isRequired(body), content: writer.json(body, 'input') } }),
    responses: responsesOf(route, writer),
  };
}

function parametersOf(parameters: z.ZodObject, place: 'path' | 'query', writer: SchemaWriter): JsonObject[] {
  return Object.entries(parameters.shape).map(([name, parameter]) => {
    const read = writer.write(parameter, 'output'); // of a number, this has its limits
    const { description, example, ...schema } = 'type' in read ? read : writer.write(parameter, 'input');
    return {
      ...{ name, in: place },
      ...(place === 'path' && { required: true }),
      ...(description !== undefined && { description }),
      schema,
      ...(example !== undefined && { example }),
    };
  });
}

/** An empty body counts as an empty object. */
function isRequired(body: z.ZodType): boolean {
  return !body.safeParse({}).success;
}

function responsesOf({ method, description }: InspectionRoute, writer: SchemaWriter): JsonObject {
  const { status, response, contentType, errors } = description;
  const content = response
    ? { content: writer.json(response, 'output') }
    : contentType !== undefined && { content: { [contentType]: { schema: { type: 'string' } } } };
  const isWrite = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const refusals = Object.entries({ ...ERRORS, ...(isWrite && BODY_ERRORS), ...errors }).map(([code, meaning]) => [
    code,
    { description: meaning, content: writer.json(error, 'output') },
  ]);
  return { [status]: { description: `${STATUS_CODES[status]}.`, ...content }, ...Object.fromEntries(refusals) };
}

/** Writes schemas as JSON Schema. */
class SchemaWriter {
  /** Schemas with an id, which others refer to. */
  readonly named: Record<string, unknown> = {};

  /** @param io as it is sent, or as it is after it was read */
  write(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    // Only what is inside another schema is referred to.
    const { $defs = {}, properties = {} } = z.toJSONSchema(z.object({ it: schema }), {
      ...{ io, unrepresentable: 'any', override },
    });
    Object.assign(this.named, withReferences($defs));
    const { examples: _, ...written } = Object(withReferences(properties['it']));
    const [example] = (schema.meta()?.['examples'] ?? []) as unknown[];
    return { ...written, ...(example !== undefined && { example }) };
  }

  json(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const { example, ...written } = this.write(schema, io);
    return { 'application/json': { schema: written, ...(example !== undefined && { example }) } };
  }
}

/** Where zod puts named schemas, and where OpenAPI does. */
function withReferences(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
}

/** A pattern that repeats a format, and limits of every safe integer, would only distract. */
const override: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ jsonSchema }) => {
  delete jsonSchema['id'];
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};
