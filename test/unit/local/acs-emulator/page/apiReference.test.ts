import { describe, expect, test } from 'vitest';
import {
  addressOf,
  curlLine,
  groupsOf,
  type OpenApiDocument,
  successOf,
} from '../../../../../infra/local/acs-emulator/page/apiReference/openApi.ts';
import { schemaLines, typeText } from '../../../../../infra/local/acs-emulator/page/apiReference/schemaLines.ts';

const document: OpenApiDocument = {
  info: { title: 'A document' },
  tags: [{ name: 'Things', description: 'What there is.' }, { name: 'Others' }],
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        summary: 'Returns a thing.',
        tags: ['Things'],
        parameters: [
          { name: 'id', in: 'path', required: true },
          { name: 'top', in: 'query' },
          { $ref: '#/components/parameters/mailbox' },
        ],
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          404: { description: 'None' },
        },
      },
      put: {
        operationId: 'putThing',
        tags: ['Things'],
        requestBody: { content: { 'application/json': { example: { name: "it's" } } } },
      },
    },
    '/others': { get: { operationId: 'listOthers', tags: ['Others'] } },
  },
  components: {
    parameters: { mailbox: { name: 'mailbox', in: 'query' } },
    schemas: {
      Thing: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', description: 'Its name.' },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
        },
      },
    },
  },
};

const [things] = groupsOf(document);
const [getThing, putThing] = things?.operations ?? [];
if (!getThing || !putThing) throw new Error('There are no operations.');

describe('the operations of a document', () => {
  test('are grouped by tag, without the parameter that all have', () => {
    const names = groupsOf(document).map(({ name, operations }) => [name, operations.map((it) => it.operationId)]);
    expect(names).toEqual([
      ['Things', ['getThing', 'putThing']],
      ['Others', ['listOthers']],
    ]);
    expect(getThing.parameters.map(({ name }) => name)).toEqual(['id', 'top']);
    expect(successOf(getThing)?.status).toBe('200');
  });

  test.each([
    ['PUT', ['putThing']],
    ['returns', ['getThing']],
    ['/OTHERS', ['listOthers']],
    ['nothing', []],
  ])('are filtered by %j', (filter, names) => {
    const found = groupsOf(document, filter).flatMap(({ operations }) => operations.map((it) => it.operationId));
    expect(found).toEqual(names);
  });

  test('have addresses with what was typed in them', () => {
    expect(addressOf(getThing, {})).toBe('/things/{id}');
    expect(addressOf(getThing, { id: 'a/b', top: '+1' })).toBe('/things/a%2Fb?top=%2B1');
  });

  test('have a curl line', () => {
    expect(curlLine(getThing, 'http://h')).toBe("curl 'http://h/things/{id}'");
    expect(curlLine(putThing, 'http://h')).toBe(
      ["curl -X PUT 'http://h/things/{id}'", "-H 'content-type: application/json'", `-d '{"name":"it'\\''s"}'`].join(
        ' \\\n  ',
      ),
    );
  });
});

describe('a schema', () => {
  test('is written like a type, and ends even if it contains itself', () => {
    const lines = schemaLines({ $ref: '#/components/schemas/Thing' }, document);
    expect(lines.slice(0, 4)).toEqual([
      { depth: 0, text: '{', comment: undefined },
      { depth: 1, text: 'name: string', comment: 'Its name.' },
      { depth: 1, text: 'parts?: {', comment: undefined },
      { depth: 2, text: 'name: string', comment: 'Its name.' },
    ]);
    expect(lines.at(-2)).toEqual({ depth: 1, text: '}[]' });
    expect(lines.at(-1)).toEqual({ depth: 0, text: '}' });
  });

  test('of a record of objects shows what they contain', () => {
    const record = { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'integer' } } } };
    const lines = schemaLines(record, document).map(({ depth, text }) => [depth, text]);
    expect(lines).toEqual([
      [0, '{'],
      [1, '[name]: {'],
      [2, 'a?: integer'],
      [1, '}'],
      [0, '}'],
    ]);
  });

  test.each([
    [{ type: 'integer', minimum: 1, maximum: 9 }, 'integer from 1 to 9'],
    [{ type: 'string', format: 'date-time' }, 'date-time'],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [{ const: true }, 'true'],
    [{ anyOf: [{ type: 'integer' }, { enum: ['reset'] }] }, 'integer | "reset"'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [name]: number }'],
    [{}, 'any'],
  ])('%j is %j', (schema, text) => expect(typeText(schema, document)).toBe(text));
});
