import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { EMAIL_SENDER, emailTo } from '../setup/emails.ts';
import { recipientsOf, uniqueAddress, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { call } from '../setup/switchboard.ts';

/** Names that begin like another one, or differ from it in case or an ending alone. */
const SIMILAR = ['shop', 'Shop', 'shop-2', 'shop.2', 'shop-', 's', 'client-shop'];
/** Names that stand in rows, derived names and scopes of Switchboard itself. */
const OWN_WORDS = [
  ...['client', 'user', 'http', 'queue', 'signature', 'owner', 'active', 'operator', 'operators', 'senders'],
  ...['counters', 'secret', 'undefined', 'constructor', 'Switchboard'],
];
const NAMES = [...SIMILAR, ...OWN_WORDS];

const keyOf = (name: string) => Buffer.from(`test-only-key-of-${name}`.padEnd(48, '!')).toString('base64');

let stack: OwnStack;
let queues: TestQueues;
beforeAll(async () => {
  const limits = { smsPerDay: 100, emailsPerDay: 100, perRecipientPerDay: 1 };
  stack = await startOwnStack({
    CLIENTS: JSON.stringify(NAMES.map((name) => ({ name, keys: [keyOf(name)], limits }))),
    AUDIT_RETENTION_DAYS: '365',
  });
  queues = openQueues(stack.storage);
});
afterAll(() => stack.stop());

const connectionOf = (name: string) => ({ endpoint: stack.switchboard, accessKey: keyOf(name) });
const get = (name: string, target: string) => call(connectionOf(name), { method: 'GET', target });

const withId = z.object({ id: z.string() });
const batchPage = z.object({ value: z.array(withId), nextLink: z.undefined().optional() });
const auditPage = z.object({ value: z.array(z.object({ client: z.string(), resource: withId })) });

/** Everyone does the same, to the same people, under the same names. */
async function useSwitchboard(): Promise<ReadonlyMap<string, string>> {
  const [key, operationId, address, recipients] = [
    ...[crypto.randomUUID(), crypto.randomUUID(), uniqueAddress()],
    recipientsOf(2),
  ] as const;
  const batch = {
    ...{ from: uniqueSender(), message: 'Hello', recipients },
    sendAt: new Date(Date.now() + 86_400_000).toISOString(),
  };
  const batches = new Map<string, string>();
  for (const name of NAMES) {
    const post = (target: string, body: unknown, headers: Record<string, string>) =>
      call(connectionOf(name), { method: 'POST', target, body, headers });
    const accepted = await post('/sms/batches', batch, { 'Idempotency-Key': key });
    expect(accepted, name).toMatchObject({ status: 202, body: { counts: { total: 2 }, invalid: { count: 0 } } });
    expect(accepted.headers.get('idempotent-replayed'), name).toBeNull();
    batches.set(name, withId.parse(accepted.body).id);
    const mail = emailTo([address], { senderAddress: EMAIL_SENDER });
    const sent = await post('/emails:send', mail, { 'Operation-Id': operationId });
    expect(sent, name).toMatchObject({ status: 202, body: { id: operationId } });
  }
  return batches;
}

test('each client has what is its own, whatever it is called', async () => {
  const batches = await useSwitchboard();
  expect(new Set(batches.values()).size).toBe(NAMES.length);
  for (const [name, own] of batches) {
    for (const id of batches.values()) {
      expect((await get(name, `/sms/batches/${id}`)).status, name).toBe(id === own ? 200 : 404);
    }
    for (const after of ['', 'batch-', 'client-', '!', `batch-${own}`]) {
      const query = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const { value } = batchPage.parse((await get(name, `/sms/batches?maxPageSize=100${query}`)).body);
      expect(new Set(value.map(({ id }) => id)), `${name} after ${after}`).toEqual(new Set([own]));
    }
    const entries = auditPage.parse((await get(name, '/audit')).body).value;
    expect(new Set(entries.map(({ client }) => client))).toEqual(new Set([name]));
    expect(entries.map(({ resource }) => resource.id)).toContain(own);
    expect(await get(name, '/audit?client=plain')).toMatchObject({ status: 403 });
    const usage = (await get(name, '/usage')).body;
    expect(usage).toMatchObject({ client: name });
    expect(usage).toMatchObject({
      limits: [{ limit: 'smsPerDay', used: 2 }, { limit: 'emailsPerDay', used: 1 }, { limit: 'perRecipientPerDay' }],
    });
  }
});

test('a name that begins another client’s opens none of its blobs', async () => {
  const blob = `shop/${crypto.randomUUID()}.json`;
  await queues.putBody(blob, JSON.stringify(emailTo([uniqueAddress()], { senderAddress: EMAIL_SENDER })));
  for (const client of SIMILAR.slice(1)) {
    const outcome = await queues.ask('send-email', { client, bodyBlob: blob });
    expect(outcome, client).toMatchObject({ httpstatus: 403, data: { error: { target: 'bodyBlob' } } });
  }
  expect(await queues.ask('send-email', { client: 'shop', bodyBlob: blob })).toMatchObject({ httpstatus: 202 });
});
