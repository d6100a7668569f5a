import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Rig, SEND_EMAIL, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ emailSettleMilliseconds: 30_000 });
});

beforeEach(async () => {
  await rig.call('DELETE', '/_emulator', { key: null });
});

afterAll(() => rig.close());

function email(changes: object = {}) {
  return {
    senderAddress: 'sender@example.com',
    content: { subject: 'Subject', plainText: 'Text' },
    recipients: { to: [{ address: 'someone@example.com', displayName: 'Someone' }] },
    ...changes,
  };
}

function addresses(count: number) {
  return Array.from({ length: count }, (_, index) => ({ address: `someone${index}@example.com` }));
}

async function received() {
  return (await rig.call('GET', '/_emulator/emails', { key: null })).body.value;
}

describe('sendEmail', () => {
  test('returns 202 with the operation’s location, at the address that the caller used', async () => {
    const { status, headers, body } = await rig.call('POST', SEND_EMAIL, { body: email() });
    expect(status).toBe(202);
    expect(body).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'Running', error: null });
    const location = `${rig.emulator.url}/emails/operations/${body.id}?api-version=2025-09-01`;
    expect(headers.get('operation-location')).toBe(location);
    expect(headers.get('retry-after')).toBe('30');
    expect(headers.get('x-ms-request-id')).toBeTruthy();
  });

  test('sends once per Operation-Id', async () => {
    const id = randomUUID();
    const headers = { 'operation-id': id };
    const first = await rig.call('POST', SEND_EMAIL, { body: email(), headers });
    rig.clock.advance(30_000);
    const changed = email({ content: { subject: 'Another', plainText: 'Text' } });
    const second = await rig.call('POST', SEND_EMAIL, { body: changed, headers });
    expect(first.body.id).toBe(id);
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect(await received()).toMatchObject([{ id, ...email() }]);
    const operation = await rig.call('GET', second.headers.get('operation-location') ?? '');
    expect(operation.body.status).toBe('Succeeded'); // counted from the first send
  });

  test('rejects an Operation-Id that is not a UUID', async () => {
    const headers = { 'operation-id': 'mine' };
    expect((await rig.call('POST', SEND_EMAIL, { body: email(), headers })).status).toBe(400);
  });

  test.each([
    [{ senderAddress: undefined }, 'senderAddress'],
    [{ content: undefined }, 'content'],
    [{ content: { plainText: 'Text' } }, 'content.subject'],
    [{ content: { subject: ' ', plainText: 'Text' } }, 'content.subject'],
    [{ content: { subject: 'Subject' } }, 'content.'],
    [{ recipients: { to: [] } }, 'recipients.to'],
    [{ recipients: { to: [{ address: 'a@b' }] } }, 'recipients.to[0].address'],
    [{ recipients: { to: addresses(1), cc: [{ displayName: 'x' }] } }, 'recipients.cc[0].address'],
    [{ replyTo: [{ address: '' }] }, 'replyTo[0].address'],
    [{ attachments: [{ name: 'a', contentType: 'text/plain' }] }, 'attachments[0].contentInBase64'],
    [
      { attachments: [{ name: 'a', contentType: 'text/plain', contentInBase64: 'a?==' }] },
      'attachments[0].contentInBase64',
    ],
    [{ attachments: [{ name: 'a', contentType: 'text', contentInBase64: 'aGk=' }] }, 'attachments[0].contentType'],
    [{ attachments: [{ name: '', contentType: 'text/plain', contentInBase64: 'aGk=' }] }, 'attachments[0].name'],
    [{ headers: { a: 1 } }, 'headers.a'],
  ])('rejects %j', async (changes, target) => {
    const answer = await rig.call('POST', SEND_EMAIL, { body: email(changes) });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BadRequest', target } } });
    expect(answer.headers.get('x-ms-error-code')).toBe('BadRequest');
    expect(await received()).toEqual([]);
  });

  test.each([
    [50, 202],
    [51, 400],
  ])('returns for %i recipients in the three lists: %i', async (count, status) => {
    const recipients = { to: addresses(count - 20), cc: addresses(10), bcc: addresses(10) };
    expect((await rig.call('POST', SEND_EMAIL, { body: email({ recipients }) })).status).toBe(status);
  });

  test('accepts at most 10 MB', async () => {
    const limit = 10 * 1024 * 1024;
    const bare = JSON.stringify(email({ content: { subject: 'S', plainText: '' } })).length;
    const sized = (bytes: number) => email({ content: { subject: 'S', plainText: 'x'.repeat(bytes - bare) } });
    expect((await rig.call('POST', SEND_EMAIL, { body: sized(limit) })).status).toBe(202);
    expect(await rig.call('POST', SEND_EMAIL, { body: sized(limit + 1) })).toMatchObject({
      status: 413,
      body: { error: { message: 'Email payload must be less than 10 MB.' } },
    });
  });

  test('lists the complete content, by recipient', async () => {
    const attachments = [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: 'aGk=' }];
    await rig.call('POST', SEND_EMAIL, { body: email({ attachments }) });
    await rig.call('POST', SEND_EMAIL, { body: email({ recipients: { to: addresses(1) } }) });
    const { body } = await rig.call('GET', '/_emulator/emails?to=Someone@Example.com', { key: null });
    expect(body.value).toMatchObject([email({ attachments })]);
  });
});

describe('getEmailOperation', () => {
  test('moves with the clock from NotStarted to Running to Succeeded', async () => {
    const sent = await rig.call('POST', SEND_EMAIL, { body: email() });
    const seen: [string, string | null][] = [];
    for (const wait of [0, 9_999, 1, 19_999, 1, 60_000]) {
      rig.clock.advance(wait);
      const { status, headers, body } = await rig.call('GET', sent.headers.get('operation-location') ?? '');
      expect(status).toBe(200);
      seen.push([body.status, headers.get('retry-after')]);
    }
    expect(seen).toEqual([
      ['NotStarted', '30'],
      ['NotStarted', '21'],
      ['Running', '20'],
      ['Running', '1'],
      ['Succeeded', null],
      ['Succeeded', null],
    ]);
  });

  test('returns 404 for an unknown operation', async () => {
    const path = `/emails/operations/${randomUUID()}?api-version=2025-09-01`;
    expect(await rig.call('GET', path)).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });
});
