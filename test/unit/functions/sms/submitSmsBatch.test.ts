import { describe, expect, test } from 'vitest';
import { submitSmsBatch } from '../../../../functions/sms/submitSmsBatch.ts';
import { rig, type Sent } from '../../operation/fixtures.ts';

const FACTS = { from: '+18005550100', message: 'Hi {{name}}!', dryRun: 'true', 'api-version': '2024-03-15' };
const CSV = 'to,name\n+14255550100,Müller\n+14255550101,\n';

function post(contentType: string | undefined, body: string | Uint8Array, query: Record<string, string> = FACTS) {
  const headers: Sent['headers'] = contentType === undefined ? {} : { 'content-type': contentType };
  const target = `/sms/batches?${new URLSearchParams(query)}`;
  return rig().http(submitSmsBatch, { target, params: {}, headers, body });
}

const ACCEPTED = { status: 200, body: { counts: { total: 2 }, invalid: { count: 0 } } };

describe('a CSV', () => {
  test.each([
    'text/csv',
    'Text/CSV; charset=utf-8; header=present',
    'application/csv',
    'application/vnd.ms-excel',
    'text/plain',
    'text/plain;charset=UTF-8',
  ])('may be labelled %s', async (contentType) => {
    const { status, body } = await post(contentType, CSV);
    expect({ status, body }).toMatchObject(ACCEPTED);
    expect(body).toMatchObject({ emptyPlaceholders: { count: 1, first: [{ line: 3, placeholder: 'name' }] } });
  });

  test.each([
    ['utf-16le', Buffer.from(CSV, 'utf16le')],
    ['"UTF-16LE"', Buffer.from(CSV, 'utf16le')],
    ['windows-1252', Buffer.from(CSV, 'latin1')],
    ['iso-8859-1', Buffer.from(CSV, 'latin1')],
  ])('is read in the charset %s that its type declares', async (charset, bytes) => {
    const { status, body } = await post(`text/csv; charset=${charset}`, bytes);
    expect({ status, body }).toMatchObject(ACCEPTED);
    const segments = { encoding: 'GSM-7', total: 2, perMessageMaximum: 1 }; // UCS-2 if the ü were anything else
    expect(body).toMatchObject({ segments });
  });

  test('that is not UTF-8 is refused with its line and what to do', async () => {
    const answer = await post('text/csv', Buffer.from(CSV, 'latin1'));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest', target: 'csv' } } });
    expect(JSON.stringify(answer.body)).toContain('line 2 is not valid UTF-8; save the file as CSV UTF-8, or declare');
  });
});

describe('JSON', () => {
  const { message: _, dryRun, 'api-version': version, ...facts } = FACTS;
  const json = JSON.stringify({ ...facts, message: 'Hi', recipients: ['+14255550100', '+14255550101'] });
  const query = { dryRun, 'api-version': version };

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/merge-patch+json',
    'text/plain;charset=UTF-8', // fetch() calls every string that
    undefined,
    '',
  ])('may be labelled %s', async (contentType) => {
    expect(await post(contentType, json, query)).toMatchObject(ACCEPTED);
    expect(await post(contentType, `\uFEFF\r\n ${json}`, query)).toMatchObject(ACCEPTED);
  });

  test('that is broken is refused as JSON', async () => {
    expect(await post('text/plain', '{"from": x', query)).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidJson' } },
    });
  });
});

const ZIP = Buffer.from('504b0304140006000800000021', 'hex');
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

test.each([
  [
    'application/x-www-form-urlencoded',
    CSV,
    /text\/csv, application\/csv, application\/vnd\.ms-excel, text\/plain or application\/json, not 'application\/x-www/,
  ],
  ['application/octet-stream', CSV, /not 'application\/octet-stream'/],
  ['application/jsonx', '{}', /not 'application\/jsonx'/],
  ['nonsense', CSV, /not 'nonsense'/],
  ['text/csv; charset=utf-9', CSV, /'utf-9' is not a known charset/],
  ['text/csv; charset=utf-32', CSV, /'utf-32' is not a known charset/],
  [XLSX, ZIP, /Excel workbook: save it as CSV UTF-8/],
  ['text/csv', ZIP, /Excel workbook/],
  ['application/vnd.ms-excel', OLE, /Excel workbook/],
  [undefined, ZIP, /Excel workbook/],
])('a body of type %s is unsupported, and the answer says what to send', async (contentType, body, message) => {
  expect(await post(contentType, body)).toMatchObject({
    status: 415,
    headers: { 'x-ms-error-code': 'UnsupportedMediaType' },
    body: { error: { code: 'UnsupportedMediaType', target: 'Content-Type', message: expect.stringMatching(message) } },
  });
});
