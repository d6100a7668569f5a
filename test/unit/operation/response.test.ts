import { expect, test } from 'vitest';
import { greeting, rig } from './fixtures.ts';

const operation = greeting(async (_, { answerType }) => ({ csv: answerType === 'text/csv' }), {
  http: { ...greeting().http, textType: 'text/csv' },
});

async function getsCsv(accept: string | undefined): Promise<unknown> {
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  const { body } = await rig().http(operation, { body: { from: 'x' }, headers });
  return Reflect.get(Object(body), 'csv');
}

// RFC 9110 §12.5.1: the highest q wins, q=0 refuses, the most specific range counts.
test.each([
  'text/csv',
  'TEXT/CSV',
  'text/*',
  'text/csv, application/json;q=0.9',
  'application/json;q=0.5, text/csv',
  'application/json;q=0, */*',
  'text/csv;q=0.1',
  'text/csv; charset=utf-8',
  'text/csv;charset=UTF-8;q=0.9, application/json;q=0.8',
  'text/html, text/csv;q=0.9, */*;q=0.1',
])('Accept: %s is for CSV', async (accept) => {
  expect(await getsCsv(accept)).toBe(true);
});

test.each([
  undefined,
  '',
  '*/*',
  'application/json',
  'application/*',
  'application/json, text/csv;q=0',
  'application/json, text/csv;q=0.9',
  'application/json, text/csv',
  'text/csv;q=0, */*',
  'text/csv;q=0.5, application/json',
  'text/csvx',
  'x-text/csv-schema',
  'text/csv;q=0',
  'image/png',
  'not an Accept header;;;,',
])('Accept: %s is for JSON', async (accept) => {
  expect(await getsCsv(accept)).toBe(false);
});

test('an operation with one content type always answers with it', async () => {
  const { status, body } = await rig().http(greeting(), { body: { from: 'x' }, headers: { accept: 'text/csv' } });
  expect({ status, body }).toEqual({ status: 200, body: { greeted: { from: 'x' } } });
});
