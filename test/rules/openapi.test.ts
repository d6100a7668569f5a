import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { escapeToken, type JsonObject, resolved, schemaChecker } from '../setup/openapi.ts';
import { loadDescribed } from './openapi.ts';

const { app, document } = await loadDescribed();
const text = JSON.stringify(document);

interface Described {
  readonly place: string;
  readonly object: JsonObject;
}

const OPERATIONS: readonly Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, object]) => ({ place: `${method.toUpperCase()} ${path}`, object })),
);

test('it is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('every HTTP function is in it, and nothing else', () => {
  const served = app.functions.flatMap(({ name, trigger }) => {
    if (trigger.kind !== 'http' || trigger.route === '{*path}') return []; // what answers 404 is no operation
    const methods = [...(trigger.methods ?? [])].filter((method) => method !== 'HEAD'); // as GET, without the body
    return methods.map((method) => ({ name, place: `${method} /${trigger.route}` }));
  });
  const described = OPERATIONS.map(({ place, object }) => ({ name: object['operationId'], place }));
  const byName = (one: { name: unknown }, other: { name: unknown }) =>
    String(one.name).localeCompare(String(other.name));
  expect(served.length).toBeGreaterThan(15);
  expect(described.sort(byName)).toEqual(served.sort(byName));
});

test('what it refers to is there, and nothing is there that nobody refers to', () => {
  const references = new Set(text.match(/(?<="\$ref":"#\/components\/)[^"]+/g));
  const components = Object.entries(Object(document['components']) as Record<string, object>).flatMap(
    ([kind, named]) => (kind === 'securitySchemes' ? [] : Object.keys(named).map((name) => `${kind}/${name}`)),
  );
  expect(references).toEqual(new Set(components));
});

describe.each(OPERATIONS)('$place', ({ object }) => {
  const {
    summary,
    tags,
    parameters = [],
    requestBody,
    responses,
  } = object as {
    summary: string;
    tags: string[];
    parameters?: unknown[];
    requestBody?: JsonObject;
    responses: Record<string, unknown>;
  };

  test('says in one sentence what it does', () => {
    expect(summary).toMatch(/^[A-Z][^\n]*\.$/);
    expect(JSON.stringify(document['tags'])).toContain(`"name":"${tags.join()}"`);
  });

  test('has every parameter of its path, and each only once', () => {
    const all = parameters.map((it) => resolved(document, it) as { name: string; in: string; required?: boolean });
    expect(new Set(all.map((it) => `${it.in} ${it.name.toLowerCase()}`)).size).toBe(all.length);
    const inPath = OPERATIONS.find((it) => it.object === object)?.place.match(/(?<=\{)[^}]+/g) ?? [];
    const required = all.filter((it) => it.in === 'path' && it.required).map(({ name }) => name);
    expect(new Set(required)).toEqual(new Set(inPath));
  });

  test('has an example of each body', () => {
    const bodies = [requestBody, ...Object.values(responses)].map((it) => resolved(document, it));
    const media = bodies.flatMap(({ content = {} }) => Object.values(content as Record<string, JsonObject>));
    const lacking = media.filter(({ schema, example, examples }) => schema && !example && !examples);
    expect(lacking.filter(({ schema }) => !isSelfEvident(Object(schema)))).toEqual([]);
  });
});

/** A constant, or text that no schema describes. */
function isSelfEvident(schema: JsonObject): boolean {
  return JSON.stringify(schema).includes('"const"') || schema['type'] === 'string';
}

const problems = schemaChecker(document);

/** Every schema with examples, and what the examples are. */
function schemasWithExamples(node: unknown, path: string): { pointer: string; examples: readonly unknown[] }[] {
  if (typeof node !== 'object' || node === null) return [];
  const { schema, example, examples } = node as Record<string, unknown>;
  const inner = Object.entries(node).flatMap(([name, value]) =>
    name === 'example' || name === 'examples' ? [] : schemasWithExamples(value, `${path}/${escapeToken(name)}`),
  );
  if (example !== undefined) inner.push({ pointer: `${path}/schema`, examples: [example] });
  if (Array.isArray(examples)) inner.push({ pointer: path, examples });
  if (schema && typeof examples === 'object' && examples !== null) {
    inner.push({ pointer: `${path}/schema`, examples: Object.values(examples).map(({ value }) => value) });
  }
  return inner;
}

test.each(schemasWithExamples(document, ''))('the example fits $pointer', ({ pointer, examples }) => {
  expect(examples.flatMap((example) => problems(pointer, example))).toEqual([]);
});

test('no schema says nothing: what only a check of ours can tell is described in another way', () => {
  const silent: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const isSchema = /\/(?:schema|items|properties\/[^/]+|anyOf\/\d+)$/.test(path);
    if (isSchema && Object.keys(node).length === 0) silent.push(path);
    for (const [name, value] of Object.entries(node)) visit(value, `${path}/${name}`);
  };
  visit(document, '');
  expect(silent).toEqual([]);
});
