import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export type JsonObject = Readonly<Record<string, unknown>>;

/** An OpenAPI document, its operations by path and method. */
export interface OpenApi extends JsonObject {
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

/** What a reference refers to; anything else is itself. */
export function resolved(document: JsonObject, node: unknown): JsonObject {
  const { $ref: reference, ...rest } = Object(node) as { $ref?: unknown };
  if (typeof reference !== 'string') return Object(node);
  const path = reference.replace('#/', '').split('/');
  const target: unknown = path.reduce((it: unknown, name) => Reflect.get(Object(it), name), document);
  if (target === undefined) throw new Error(`${reference} refers to nothing.`);
  return { ...resolved(document, target), ...rest };
}

/** Checks values against schemas of a document, by their JSON pointers. @see RFC 6901 */
export function schemaChecker(document: OpenApi): (pointer: string, value: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  return (pointer, value) => {
    const validate = ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
    return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

/** @see RFC 6901 (JSON Pointer) §3 */
export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

export interface AnswerFacts {
  readonly status: number;
  readonly body: unknown;
  /** Undefined where there are none, as in an outcome. */
  readonly headers: Headers | undefined;
}

/** A Switchboard's own description of what it answers. */
export interface Description {
  readonly document: OpenApi;
  /** What is wrong with an answer by the description; empty: nothing. */
  problems(operationId: string, answer: AnswerFacts): string[];
}

interface Found {
  readonly operation: JsonObject;
  readonly place: readonly string[];
}

/** Reads `/openapi.json` of a running Switchboard. */
export async function readDescription(switchboard: string): Promise<Description> {
  const document = (await (await fetch(`${switchboard}/openapi.json`)).json()) as OpenApi;
  const check = schemaChecker(document);
  return {
    document,
    problems(operationId, answer) {
      const found = responseFor(document, operationId, answer.status);
      if (!found) return [`${answer.status} is not described`];
      const { content, headers } = found.response;
      const wrong = undescribedHeaders(document, headers, answer.headers);
      if (answer.body === undefined) return content ? [...wrong, 'there is no body'] : wrong;
      if (!content) return [...wrong, 'a body is not described'];
      return [...wrong, ...check(`${found.pointer}/content/application~1json/schema`, answer.body)];
    },
  };
}

interface Response {
  readonly content?: JsonObject;
  readonly headers?: JsonObject;
}

/** What is described for a status, and where that stands. */
function responseFor(document: OpenApi, operationId: string, status: number) {
  const { operation, place } = operationNamed(document, operationId);
  const responses = Object(operation['responses']) as Readonly<Record<string, { $ref?: string }>>;
  const key = [String(status), `${Math.floor(status / 100)}XX`].find((it) => responses[it] !== undefined);
  if (key === undefined) return undefined;
  const { $ref: reference } = responses[key] ?? {};
  const pointer =
    reference?.replace('#', '') ?? [...place, 'responses', key].map((it) => `/${escapeToken(it)}`).join('');
  return { pointer, response: resolved(document, responses[key]) as Response };
}

/** Of those that are described anywhere. */
function undescribedHeaders(document: OpenApi, here: JsonObject = {}, headers = new Headers()): string[] {
  const known = Object.keys(resolved(document, { $ref: '#/components/headers' }));
  const names = known.filter((name) => headers.has(name) && here[name] === undefined);
  return names.map((name) => `the header ${name} is not described`);
}

function operationNamed({ paths }: OpenApi, operationId: string): Found {
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation['operationId'] === operationId) return { operation, place: ['paths', path, method] };
    }
  }
  throw new Error(`The description has no operation ${operationId}.`);
}
