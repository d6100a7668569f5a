import { STATUS_CODES } from 'node:http';
import type * as z from 'zod';
import { bodyTypeOf, DEFAULT_BODY_LIMIT_BYTES, noBody } from '../contract/common.ts';
import * as examples from '../contract/examples.ts';
import { CSV_TYPES } from '../operation/body.ts';
import { type AnyOperation, isRead, type PublicDefinition } from '../operation/definition.ts';
import { errorReference, errorResponses } from './errors.ts';
import { commonParameters, header, RATE_LIMIT_HEADERS } from './headers.ts';
import { descriptionOf, exampleOf, type JsonObject, type SchemaWriter } from './schemas.ts';

/** @see OpenAPI 3.1.0 §4.8.10 (Operation Object) */
export function operationObject(operation: AnyOperation, writer: SchemaWriter): JsonObject {
  const { name, tag, summary, queue, http, params, actsAsUser } = operation;
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(queue ? { description: `Also available as a message on the queue \`${queue}\`.` } : {}),
    ...(actsAsUser ? { security: [{ accessKey: [] }, { userToken: [] }] } : {}),
    parameters: [
      ...pathAndQuery(http.route, params, writer),
      ...csvQuery(operation, writer),
      ...commonParameters(operation),
    ],
    ...requestBody(operation, writer),
    responses: { ...answers(operation, writer), ...errorResponses(operation) },
  };
}

/** The same for a function without authentication. */
export function publicOperationObject(definition: PublicDefinition, writer: SchemaWriter): JsonObject {
  const { name, summary, route, mayBeSigned, params, responses, errors = [] } = definition;
  const described = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const media = Object.entries(content).map(([type, schema]) => [
      type,
      schema ? { schema: writer.write(schema) } : {},
    ]);
    return [status, { description, ...(media.length > 0 ? { content: Object.fromEntries(media) } : {}) }];
  });
  return {
    operationId: name,
    tags: ['System'],
    summary,
    security: mayBeSigned ? [{}, { accessKey: [] }] : [],
    ...(params ? { parameters: pathAndQuery(route, params, writer) } : {}),
    responses: {
      ...Object.fromEntries(described),
      ...Object.fromEntries([...errors, 500].map((status) => [status, errorReference(status)])),
    },
  };
}

function pathAndQuery(route: string, params: z.ZodType, writer: SchemaWriter): JsonObject[] {
  const { properties = {}, required = [] } = writer.write(params) as { properties?: object; required?: string[] };
  return Object.entries(properties).map(([name, { description, examples: [example] = [], ...schema }]) => ({
    name,
    in: route.includes(`{${name}}`) ? 'path' : 'query',
    required: required.includes(name),
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  }));
}

/** Fields that are query parameters when the body is CSV. */
function csvQuery({ body }: AnyOperation, writer: SchemaWriter): JsonObject[] {
  if (!body.csvQueryFields) return [];
  const reference = String(writer.write(body.schema)['$ref']).split('/').at(-1) ?? '';
  const properties = Object(writer.components[reference]).properties as Record<
    string,
    { description?: string; examples?: unknown[] }
  >;
  return body.csvQueryFields.map((name) => {
    const { description, examples: [example] = [], ...schema } = properties[name] ?? {};
    return { name, in: 'query', description: `Only with a CSV body. ${description}`, schema, example };
  });
}

function requestBody(operation: AnyOperation, writer: SchemaWriter): JsonObject {
  const { schema, csvQueryFields, limitBytes = DEFAULT_BODY_LIMIT_BYTES } = operation.body;
  if (schema === noBody) return {};
  const csv = { schema: { type: 'string' }, example: examples.csv };
  return {
    requestBody: {
      description: `At most ${limitBytes / 1024 ** 2} MB.`,
      required: !schema.safeParse(undefined).success,
      content: {
        [bodyTypeOf(operation.http.method)]: media(schema, writer),
        ...(csvQueryFields ? Object.fromEntries(CSV_TYPES.map((type) => [type, csv])) : {}),
      },
    },
  };
}

function answers(operation: AnyOperation, writer: SchemaWriter): JsonObject {
  const { http, responses } = operation;
  const { answerHeaders = [], textType } = http;
  const headers = {
    ...header('x-ms-request-id'),
    ...header('x-ms-client-request-id'),
    ...(isRead(operation) ? {} : header('idempotent-replayed')),
    ...Object.assign({}, ...[...answerHeaders, ...RATE_LIMIT_HEADERS].map(header)),
  };
  const text = textType ? { [textType]: { schema: { type: 'string' } } } : {};
  const described = Object.entries(responses).map(([status, schema]) => {
    const reason = `${STATUS_CODES[status]}.`;
    if (!schema) return [status, { description: `${reason} The body is empty.`, headers }];
    const description = `${reason} ${descriptionOf(writer.write(schema), writer) ?? ''}`.trim();
    return [status, { description, headers, content: { 'application/json': media(schema, writer), ...text } }];
  });
  return Object.fromEntries(described);
}

/** @see OpenAPI 3.1.0 §4.8.14 (Media Type Object) */
function media(schema: z.ZodType, writer: SchemaWriter): JsonObject {
  const written = writer.write(schema);
  return { schema: written, ...exampleOf(written, writer) };
}
