import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, type Runtime } from '../../shared/runtime.ts';
import { readSettings } from '../../shared/settings/settings.ts';
import { findBatch } from '../../shared/smsbatch/ledger/batches.ts';
import { redriveBatch } from '../../shared/smsbatch/redrive.ts';
import { batchResults } from '../../shared/smsbatch/results.ts';
import { batchStatus } from '../../shared/smsbatch/status.ts';
import { submitBatch } from '../../shared/smsbatch/submit.ts';
import { smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, uniqueQueue, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { call } from '../setup/switchboard.ts';

// A client whose key has leaked is removed from CLIENTS, or loses a right: what it has had accepted before must not be sent.

const key = (name: string) => Buffer.from(name.padEnd(32, '.')).toString('base64');
const OTHER_SENDER = '+18335550199';

/** The clients when the batches were accepted; then the app is restarted with {@link NOW}. */
const BEFORE = ['gone', 'muted', 'moved', 'local'].map((name) => ({ name, keys: [key(name)] }));
const NOW = [
  { name: 'muted', keys: [key('muted')], allow: ['getSmsBatch', 'redriveSmsBatch', 'sendSms'] },
  { name: 'moved', keys: [key('moved')], senders: [OTHER_SENDER] },
  { name: 'local', keys: [key('local')], countries: ['US'] },
];

const REASONS = {
  gone: "The client 'gone' has been removed.",
  muted: "The client 'muted' may no longer call submitSmsBatch.",
  moved: "The client 'moved' may no longer send from this sender.",
};

let stack: OwnStack;
/** An instance that still runs with the former settings, and accepts batches and redrives. */
let former: Runtime;

beforeAll(async () => {
  stack = await startOwnStack({ CLIENTS: JSON.stringify(NOW), SMS_RATES_PER_MINUTE: '{"tollFree":60000}' });
  const { acsConnectionString, storage } = stack;
  const variables = { ACS_CONNECTION_STRING: acsConnectionString, AzureWebJobsStorage: storage };
  former = createRuntime(readSettings({ ...variables, CLIENTS: JSON.stringify(BEFORE) }));
});
afterAll(() => stack.stop());

type Client = keyof typeof REASONS | 'local';

async function submitted(client: Client, more: { sendAt?: string; recipients?: string[] } = {}) {
  const from = uniqueSender();
  const request = { from, message: 'Hello', recipients: recipientsOf(3), ...more };
  const { id = '' } = await submitBatch(former.smsBatches, { id: crypto.randomUUID(), client, request });
  return { id, from };
}

const over = (client: Client, id: string) =>
  eventually(`batch ${id} is over`, async () => {
    const batch = await batchStatus(former.smsBatches, client, id);
    return batch.completedOn === undefined ? undefined : batch;
  });

const redriveByHttp = (client: Client, id: string) =>
  call(
    { endpoint: stack.switchboard, accessKey: key(client) },
    { method: 'POST', target: `/sms/batches/${id}:redrive` },
  );

const sentFrom = async (from: string) => (await smsFrom(stack.acs, from)).map(({ to }) => to);

describe.each(['gone', 'muted', 'moved'] as const)('batches of the client %s', (client) => {
  const canceled = { state: 'canceled', reason: REASONS[client], counts: { accepted: 0, canceled: 3 } };

  test('are not sent although their chunks were queued', async () => {
    const { id, from } = await submitted(client);
    expect(await over(client, id)).toMatchObject(canceled);
    expect(await sentFrom(from)).toEqual([]);
  });

  test('are not sent at their scheduled time', async () => {
    const { id, from } = await submitted(client, { sendAt: new Date(Date.now() + 2000).toISOString() });
    expect(await over(client, id)).toMatchObject(canceled);
    expect(await sentFrom(from)).toEqual([]);
  });

  test('are not sent by a redrive', async () => {
    const { id, from } = await submitted(client);
    await over(client, id);
    const { status, body } = await redriveByHttp(client, id);
    const refusal = client === 'gone' ? 'Denied' : 'Forbidden';
    expect({ status, body }).toMatchObject({
      status: client === 'gone' ? 401 : 403,
      body: { error: { code: refusal } },
    });
    await redriveBatch(former.smsBatches, client, id, true);
    expect(await over(client, id)).toMatchObject(canceled);
    expect(await sentFrom(from)).toEqual([]);
  });
});

test('the client of a canceled batch gets an event with the reason', async () => {
  const { id } = await submitted('gone');
  await over('gone', id);
  const outcome = await eventually('the outcome', async () => {
    const waiting = (await openQueues(stack.storage).peek('outcomes')).map((it): unknown => JSON.parse(it));
    return waiting.find((it) => JSON.stringify(it).includes(id) && JSON.stringify(it).includes('.canceled'));
  });
  expect(outcome).toMatchObject({ client: 'gone', data: { id, reason: REASONS.gone } });
});

test('a country that is no longer allowed is left out, and the rest of the batch is sent', async () => {
  const [home = ''] = recipientsOf(1);
  const abroad = '+447400123456';
  const { id, from } = await submitted('local', { recipients: [abroad, home] });
  expect(await over('local', id)).toMatchObject({ state: 'completed', counts: { accepted: 1, failed: 1 } });
  expect(await sentFrom(from)).toEqual([home]);
  const { value } = await batchResults(former.smsBatches, await findBatch(former.smsBatches, 'local', id), {
    ...{ state: 'failed', pageSize: 10, from: 0 },
  });
  expect(value).toMatchObject([{ to: abroad, httpStatusCode: 403, errorMessage: expect.stringContaining('country') }]);
  await redriveByHttp('local', id);
  await eventually('the redrive is over', async () => {
    const { state, counts } = await batchStatus(former.smsBatches, 'local', id);
    return (state === 'completed' && counts.failed === 1) || undefined;
  });
  expect(await sentFrom(from)).toEqual([home]);
});

describe('queue messages that were accepted before and are delivered (again) now', () => {
  const rights = { gone: 'Denied', muted: 'Forbidden', moved: 'Forbidden' } as const;
  const EMAIL = { senderAddress: 'news@contoso.com', content: { subject: 'Hi', plainText: 'Hi' } };

  test.each(['gone', 'muted', 'moved'] as const)('of the client %s are not sent', async (client) => {
    const queues = openQueues(stack.storage);
    const from = uniqueSender();
    const recipients = { to: [{ address: `${crypto.randomUUID()}@example.com` }] };
    const bodies = [
      ['send-email', { ...EMAIL, recipients }],
      ['sms-batches', { from, message: 'Hello', recipients: recipientsOf(2) }],
      ...(client === 'muted'
        ? []
        : ([['send-sms', { from, message: 'Hello', smsRecipients: [{ to: recipientsOf(1)[0] }] }]] as const)),
    ] as const;
    for (const [queue, body] of bodies) {
      const replyTo = uniqueQueue();
      await queues.put(queue, { client, id: crypto.randomUUID(), body, replyTo });
      expect(await queues.takeOutcome(replyTo)).toMatchObject({
        type: expect.stringContaining('.failed'),
        data: { error: { code: rights[client] } },
      });
    }
    expect(await sentFrom(from)).toEqual([]);
  });
});
