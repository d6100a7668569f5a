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
