import type * as z from 'zod';
import { API_VERSION, noBody } from '../../shared/contract/common.ts';
import { STATUS_OF_CODE } from '../../shared/contract/switchboardError.ts';
import { createSchemaWriter, type SchemaWriter } from '../../shared/openapi/schemas.ts';
import type { AnyOperation, PublicDefinition } from '../../shared/operation/definition.ts';
import { printInterface, printUnion, type Schema, typeOf } from './typePrinter.ts';

// What the typed client (shared/client) knows of the operations.

interface Declared {
  readonly operations: readonly AnyOperation[];
  readonly publicFunctions: readonly PublicDefinition[];
}

/** Plain types of everything that enters or leaves the app over HTTP, so that callers need no zod. */
export function clientTypes(declared: Declared): string {
  const writer = createSchemaWriter();
  const operations = declared.operations.toSorted(byName);
  const queries = operations.flatMap((operation) => querySchema(operation, writer));
  const signatures = operations.map((operation) => signature(operation, writer));
  const answers = declared.publicFunctions.toSorted(byName).flatMap((definition) => publicAnswer(definition, writer));
  // Last, because the writer collects the components that the others refer to.
  const components = Object.entries(writer.components).map(([name, schema]) => ({ name, schema: schema as Schema }));
  return [
    printUnion('SwitchboardErrorCode', 'The error codes of Switchboard. ACS has others, which are passed on.', codes()),
    ...[...components, ...queries].toSorted(byName).map(({ name, schema }) => printInterface(name, schema)),
    ...answers,
    `/** Requests and results by operation. */\nexport interface Operations {\n${signatures.join('\n')}\n}`,
  ].join('\n\n');
}

function codes(): string[] {
  return Object.keys(STATUS_OF_CODE).filter((code) => code !== 'UpstreamRejected');
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** The operations as a constant: how each is called. */
export function clientOperations({ operations }: Declared): string {
  const rows = operations.toSorted(byName).map(({ name, http, actsAsUser, repeatable, isQuery, responses }) => {
    const facts = [
      `method: '${http.method}'`,
      `route: '/${http.route}'`,
      ...(actsAsUser ? ['actsAsUser: true'] : []),
      ...(isQuery ? ['isQuery: true'] : []),
      ...(repeatable === 'never' ? ['isRepeatable: false'] : []),
      ...(Object.values(responses).some(Boolean) ? [] : ['returnsNothing: true']),
      ...(http.idHeader ? [`idHeader: '${http.idHeader}'`] : []),
    ];
    const line = `  ${name}: { ${facts.join(', ')} },`;
    return line.length <= 120 ? line : `  ${name}: {\n${facts.map((fact) => `    ${fact},`).join('\n')}\n  },`;
  });
  return [
    `export const API_VERSION = '${API_VERSION}';`,
    '',
    'export const OPERATIONS = {',
    ...rows,
    '} as const satisfies Readonly<Record<keyof Operations, OperationFacts>>;',
  ].join('\n');
}

interface Parameters {
  readonly path: Schema;
  readonly query: Schema;
}

function parametersOf({ http, params, body }: AnyOperation, writer: SchemaWriter): Parameters {
  const { properties = {}, required = [] } = writer.write(params) as Schema;
  const isInPath = ([name]: [string, unknown]) => http.route.includes(`{${name}}`);
  const entries = Object.entries(properties);
  const query = { ...Object.fromEntries(entries.filter((it) => !isInPath(it))), ...csvQuery(body, writer) };
  return {
    path: { type: 'object', properties: Object.fromEntries(entries.filter(isInPath)), required },
    query: { type: 'object', properties: query, required: required.filter((name) => name in query) },
  };
}

function csvQuery({ schema, csvQueryFields = [] }: AnyOperation['body'], writer: SchemaWriter): Record<string, Schema> {
  if (csvQueryFields.length === 0) return {};
  const { properties = {} } = componentOf(schema, writer);
  return Object.fromEntries(csvQueryFields.map((name) => [name, properties[name] ?? {}]));
}

function componentOf(schema: z.ZodType, writer: SchemaWriter): Schema {
  const { $ref = '' } = writer.write(schema) as Schema;
  return writer.components[$ref.split('/').at(-1) ?? ''] as Schema;
}

/** What a function without authentication answers in JSON, whatever its status. */
function publicAnswer({ name, summary, responses }: PublicDefinition, writer: SchemaWriter): string[] {
  const schemas = Object.values(responses).flatMap(({ content }) => content?.['application/json'] ?? []);
  const types = schemas.map((schema) => typeFrom(schema, writer));
  const typeName = `${capitalized(name)}Result`;
  return types.length === 0 ? [] : [`/** ${summary} */\nexport type ${typeName} = ${types.join(' | ')};`];
}

function queryName({ name }: AnyOperation): string {
  return `${capitalized(name)}Query`;
}

function hasMembers({ properties = {} }: Schema): boolean {
  return Object.keys(properties).length > 0;
}

/** Empty if the operation has no query parameters. */
function querySchema(operation: AnyOperation, writer: SchemaWriter): { name: string; schema: Schema }[] {
  const { query } = parametersOf(operation, writer);
  const description = `Query parameters of \`${operation.name}\`.`;
  return hasMembers(query) ? [{ name: queryName(operation), schema: { ...query, description } }] : [];
}

function signature(operation: AnyOperation, writer: SchemaWriter): string {
  const { path, query } = parametersOf(operation, writer);
  const { schema } = operation.body;
  const [mark, alternative] = schema.safeParse(undefined).success ? ['?', ' | undefined'] : ['', ''];
  const request = [
    ...(hasMembers(path) ? [`readonly path: ${typeOf({ ...path, properties: undescribed(path) }, '    ')}`] : []),
    ...(hasMembers(query) ? [`readonly query?: ${queryName(operation)} | undefined`] : []),
    ...(schema === noBody ? [] : [`readonly body${mark}: ${typeFrom(schema, writer)}${alternative}`]),
  ];
  const results = Object.values(operation.responses).map((it) => (it ? typeFrom(it, writer) : 'undefined'));
  const lines = [
    `  /** ${operation.summary} */`,
    `  readonly ${operation.name}: {`,
    request.length === 0
      ? '    readonly request: Readonly<Record<string, never>>;'
      : `    readonly request: { ${request.join('; ').replaceAll(/\s+/g, ' ')} };`,
    `    readonly result: ${[...new Set(results)].join(' | ')};`,
    '  };',
  ];
  return lines.join('\n');
}

function typeFrom(schema: z.ZodType, writer: SchemaWriter): string {
  return typeOf(writer.write(schema) as Schema);
}

function undescribed({ properties = {} }: Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties).map(([name, { description: _, ...rest }]) => [name, rest]));
}

function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
