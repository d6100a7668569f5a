import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usage } from '../../shared/contract/usage.ts';
import { batchOf, over, submitted } from '../setup/batches.ts';
import { allSms, faultsOf, setFaults, smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { call, connectionOf, type JsonAnswer, TEST_CLIENTS } from '../setup/switchboard.ts';

// DELETE /_local/state of the local functions host, with everything that it empties.

const LIMITED = { ...TEST_CLIENTS.plain, limits: { smsPerDay: 5 } };

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack({ CLIENTS: JSON.stringify([LIMITED, TEST_CLIENTS.everything]) });
});
afterAll(() => stack.stop());

/** @param init e.g. other headers */
function reset(init: RequestInit = {}, { switchboard } = stack): Promise<Response> {
  return fetch(`${switchboard}/_local/state`, { method: 'DELETE', ...init });
}

function send(to: string, key: string): Promise<JsonAnswer> {
  const body = { from: SENDER, smsRecipients: [{ to }], message: 'Hello' };
  const headers = { 'Idempotency-Key': key };
  return call(connectionOf(stack.switchboard, 'plain'), { method: 'POST', target: '/sms', body, headers });
}

/** What is left of the client's limit a day. */
async function remaining(): Promise<number | undefined> {
  const { body } = await call(connectionOf(stack.switchboard, 'plain'), { method: 'GET', target: '/usage' });
  return usage
    .unwrap()
    .parse(body)
    .limits.find(({ limit }) => limit === 'smsPerDay')?.remaining;
}

const client = () => connectionOf(stack.switchboard, 'everything');

const batch = (count: number) => ({
  from: SENDER,
  recipients: Array.from({ length: count }, () => uniquePhone()),
  message: 'Hello',
});

test('forgets answers, usage and batches, and the next calls work at once', async () => {
  const [to, key] = [uniquePhone(), crypto.randomUUID()];
  expect(await send(to, key)).toMatchObject({ status: 202 });
  expect((await send(to, key)).headers.get('idempotent-replayed')).toBe('true');
  expect(await remaining()).toBe(4);
  const { id } = await submitted(client(), batch(3));
  await over(client(), id);

  expect((await reset()).status).toBe(204);

  const again = await send(to, key);
  expect(again).toMatchObject({ status: 202 });
  expect(again.headers.get('idempotent-replayed')).toBeNull();
  expect(await smsTo(stack.acs, to)).toHaveLength(2);
  expect(await remaining()).toBe(4);
  await expect(batchOf(client(), id)).rejects.toThrow(/^404 /);
  const next = await submitted(client(), batch(3));
  expect(await over(client(), next.id)).toMatchObject({ state: 'completed' });
});

test('lets running calls end, and stops a batch for good', async () => {
  await setFaults(stack.acs, [{ operation: 'sendSms', status: 503, retryAfterSeconds: 1, count: 1 }]);
  const [to, key] = [uniquePhone(), crypto.randomUUID()];
  const sending = send(to, key);
  await eventually(
    'the call waits for its second attempt',
    async () => (await faultsOf(stack.acs))[0]?.fired === 1 || undefined,
  );
  const { id } = await submitted(client(), batch(2000));
  const answer = await reset();
  const sent = await sending;
  await setFaults(stack.acs, []);
  expect([sent.status, answer.status]).toEqual([202, 204]);
  const before = (await allSms(stack.acs)).length;
  await expect(batchOf(client(), id)).rejects.toThrow(/^404 /);
  const next = await submitted(client(), batch(1));
  await over(client(), next.id);
  expect(await allSms(stack.acs)).toHaveLength(before + 1);
  const queues = QueueServiceClient.fromConnectionString(stack.storage ?? '');
  for await (const { name } of queues.listQueues()) {
    if (name === 'outcomes' || name === 'acs-events') continue; // of what happened since
    const { approximateMessagesCount } = await queues.getQueueClient(name).getProperties();
    expect(approximateMessagesCount, name).toBe(0);
  }
});

describe('refuses', () => {
  test('another reset at the same time', async () => {
    const statuses = await Promise.all(
      [reset(), reset()].map((it) =>
        it.then(
          ({ status }) => status,
          () => 'closed',
        ),
      ),
    );
    expect(statuses).toContain(204);
    expect([409, 'closed']).toContain(statuses.find((it) => it !== 204));
  });

  test('web pages of other origins, and calls that a tunnel has forwarded', async () => {
    expect((await reset({ headers: { origin: 'https://example.com' } })).status).toBe(403);
    expect((await reset({ headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(401);
  });

  test('other methods and paths', async () => {
    expect((await reset({ method: 'GET' })).status).toBe(404);
    expect((await fetch(`${stack.switchboard}/_local/other`, { method: 'DELETE' })).status).toBe(404);
  });

  test('any storage that the start does not run itself', async () => {
    const other = await startOwnStack({ AzureWebJobsStorage: stack.storage ?? '' });
    const { status } = await reset({}, other).finally(() => other.stop());
    expect(status).toBe(403);
  });
});
