import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { escapeToken, type JsonObject, resolved, schemaChecker } from '../setup/openApi.ts';
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

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('the document has every HTTP function, and nothing else', () => {
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

test('every reference has a component, and every component a reference', () => {
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

  test('has a summary and a known tag', () => {
    expect(summary).toMatch(/^[A-Z][^\n]*\.$/);
    expect(JSON.stringify(document['tags'])).toContain(`"name":"${tags.join()}"`);
  });

  test('has every parameter of its path, each only once', () => {
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

/** A field, parameter, header, schema or response, and where the document has it. */
interface Element {
  readonly path: string;
  readonly object: JsonObject;
}

/** All objects in the document whose path matches; examples are no part of the description. */
function elements(pattern: RegExp): readonly Element[] {
  const found: Element[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null || /\/examples?$/.test(path)) return;
    if (pattern.test(path)) found.push({ path, object: node as JsonObject });
    for (const [name, value] of Object.entries(node)) visit(value, `${path}/${escapeToken(name)}`);
  };
  visit(document, '');
  return found;
}

const FIELDS = elements(/\/properties\/[^/]+$/);
const PARAMETERS = elements(/\/parameters\/[^/]+$/).filter(({ object }) => object['$ref'] === undefined);

describe('everything is described', () => {
  /** A field may refer to a schema that has the description. */
  const descriptionOf = (object: JsonObject) => object['description'] ?? resolved(document, object)['description'];

  test.each([
    ['field', 150, FIELDS],
    ['parameter', 30, PARAMETERS],
    ['named schema', 20, elements(/^\/components\/schemas\/[^/]+$/)],
    ['header', 10, elements(/^\/components\/headers\/[^/]+$/)],
    ['response', 50, elements(/\/responses\/[^/]+$/)],
  ])('every %s has a description', (_kind, least, all) => {
    expect(all.length).toBeGreaterThan(least);
    const lacking = all.filter(
      ({ object }) => !/^[A-Z`\d].*\S \S|^[A-Z]\w+$/su.test(String(descriptionOf(object) ?? '')),
    );
    expect(lacking.map(({ path }) => path)).toEqual([]);
  });

  test('descriptions of fields and parameters end with a full stop', () => {
    const open = [...FIELDS, ...PARAMETERS].filter(({ object }) => !/[.:]$/.test(String(descriptionOf(object) ?? '')));
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  test('every parameter has an example', () => {
    expect(PARAMETERS.filter(({ object }) => object['example'] === undefined).map(({ path }) => path)).toEqual([]);
  });

  test('every error code of an error response has an example', () => {
    const errors = elements(/^\/components\/responses\/[^/]+$/);
    expect(errors.length).toBeGreaterThan(10);
    for (const { path, object } of errors) {
      const { description, content } = object as {
        description: string;
        content: Record<'application/json', { examples?: object }>;
      };
      const codes = description.match(/(?<=^`)\w+(?=`:)/gm) ?? ['InvalidSender'];
      expect(Object.keys(Object(content['application/json'].examples)), path).toEqual(codes);
    }
  });
});

test('no schema is empty', () => {
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
