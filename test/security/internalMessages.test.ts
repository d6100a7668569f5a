import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import { batchOf, over, submitted } from '../setup/batches.ts';
import { smsFrom, smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, uniquePhone, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// Write access to the queues must not be enough to send for a client, or to end its batches.

let stack: OwnStack;
let queues: TestQueues;
let connection: Connection;
beforeAll(async () => {
  stack = await startOwnStack({ SMS_RATES_PER_MINUTE: JSON.stringify({ tollFree: 60_000 }) });
  queues = openQueues(stack.storage);
  connection = connectionOf(stack.switchboard);
});
afterAll(() => stack.stop());

/** A batch of a client that will be sent tomorrow. */
async function scheduled() {
  const from = uniqueSender();
  const sendAt = new Date(Date.now() + 86_400_000).toISOString();
  const { id } = await submitted(connection, { from, message: 'Hello', recipients: recipientsOf(2), sendAt });
  return { from, id };
}

const MARK = 'FORGED';
const drops = () => stack.log.filter((line) => line.includes('has not written')).length;

/** Puts a message, and waits until it has been dropped: once, without poison, and without a word of it in the log. */
async function dropped(queue: string, message: unknown): Promise<void> {
  const before = drops();
  const waiting = await queues.count(queue).catch(() => 0);
  await queues.put(queue, message);
  await eventually('it is gone', async () => (await queues.count(queue)) <= waiting || undefined);
  await eventually('the log says so', () => drops() > before || undefined);
  expect(drops()).toBe(before + 1);
  if (!queue.endsWith('-poison')) expect(await queues.count(`${queue}-poison`).catch(() => 0)).toBe(0);
  expect(stack.log.filter((line) => line.includes(MARK))).toEqual([]);
}

describe('a forged message', () => {
  test('with a chunk’s recipients and message text sends nothing from the client’s number', async () => {
    const { from, id } = await scheduled();
    const to = uniquePhone();
    const message = { client: 'everything', batch: id, recipients: [[to, MARK]] };
    for (const chunk of [-1, 0]) await dropped('sms-chunks', { ...message, chunk });
    await dropped('sms-chunks', { client: 'everything', batch: id, chunk: 0 });
    await dropped('sms-chunks', { client: 'everything', batch: id, chunk: 0, seal: 'A'.repeat(22) });
    expect(await smsTo(stack.acs, to)).toEqual([]);
    expect(await smsFrom(stack.acs, from)).toEqual([]);
    expect(await batchOf(connection, id)).toMatchObject({ state: 'scheduled', counts: { pending: 2 } });
  });

  test('on a poison queue does not end a batch or a chunk', async () => {
    const { id } = await scheduled();
    const message = { client: 'everything', batch: id };
    await dropped('sms-chunks-poison', { ...message, chunk: 0 });
    await dropped('sms-batch-splits-poison', message);
    await dropped('sms-batch-splits', message);
    expect(await batchOf(connection, id)).toMatchObject({ state: 'scheduled', counts: { pending: 2, failed: 0 } });
  });

  test.each(['sms-chunks', 'sms-chunks-poison', 'sms-batch-splits', 'sms-batch-splits-poison'])(
    'that is none at all is not tried for ever: %s',
    async (queue) => {
      for (const message of [`${MARK} no JSON`, [], { [MARK]: 1 }, { client: MARK, batch: 5, chunk: MARK }]) {
        await dropped(queue, message);
      }
    },
  );
});

describe('an outcome that its sender directs to one of Switchboard’s own queues', () => {
  const ask = (replyTo: string, to: string) =>
    queues.put('send-sms', {
      ...{ id: randomUUID(), client: 'everything', replyTo },
      body: { from: uniqueSender(), message: 'Hello', smsRecipients: [{ to }] },
    });

  test.each(['sms-chunks', 'sms-chunks-poison', 'sms-batch-splits', 'sms-batch-splits-poison'])(
    'is dropped there: %s',
    async (replyTo) => {
      const { id } = await scheduled();
      const [before, to] = [drops(), uniquePhone()];
      await ask(replyTo, to);
      await eventually('it is dropped', () => drops() > before || undefined);
      expect(await smsTo(stack.acs, to)).toHaveLength(1);
      expect(await batchOf(connection, id)).toMatchObject({ state: 'scheduled', counts: { pending: 2, failed: 0 } });
    },
  );

  test.each(['send-sms', 'send-email', 'sms-batches', 'issue-access-token'])(
    'is no message of %s, and is not sent round in circles',
    async (replyTo) => {
      const to = uniquePhone();
      const id = randomUUID();
      await queues.put('send-sms', {
        ...{ id, client: 'everything', replyTo },
        body: { from: uniqueSender(), message: 'Hello', smsRecipients: [{ to }] },
      });
      const poison = await eventually('it is poison', async () => {
        const texts = await queues.peek(`${replyTo}-poison`).catch(() => []);
        return texts.find((text) => text.includes(id));
      });
      expect(poison).toContain('switchboard.sendSms.succeeded');
      expect(await smsTo(stack.acs, to)).toHaveLength(1);
      expect((await queues.peek(`${replyTo}-poison`)).filter((text) => text.includes(id))).toHaveLength(1);
    },
  );

  test('is not an event of ACS', async () => {
    const to = uniquePhone();
    await ask('acs-events', to);
    await eventually('it is dropped', () => stack.log.some((line) => line.includes('unknown type')) || undefined);
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
  });
});

test('an SMS message of another client with a batch’s tag is not counted in a batch', async () => {
  const from = uniqueSender();
  const recipients = recipientsOf(2);
  const { id } = await submitted(connection, { from, message: 'Hello', recipients });
  await over(connection, id);
  const [sent] = await smsFrom(stack.acs, from);
  const seen = sent?.smsSendOptions?.tag ?? '';
  const reported = await eventually('both reports are counted', async () => {
    const { counts } = await batchOf(connection, id);
    return counts.delivered + counts.undelivered === 2 ? counts : undefined;
  });
  const attacker = connectionOf(stack.switchboard, 'plain');
  // As it was before there were seals, and word for word.
  for (const tag of [`${id}/0`, `${id}/0 sale`, `${id}/0/${'A'.repeat(22)}`, seen]) {
    const smsRecipients = [...recipients, ...recipientsOf(20)].map((to) => ({ to }));
    const body = {
      from: uniqueSender(),
      message: 'x',
      smsRecipients,
      smsSendOptions: { enableDeliveryReport: true, tag },
    };
    expect((await call(attacker, { method: 'POST', target: '/sms', body })).status).toBe(202);
  }
  // Their reports arrive as those of single messages.
  const table = TableClient.fromConnectionString(stack.storage ?? '', 'smsmessages', { allowInsecureConnection: true });
  await eventually('all reports have arrived', async () => {
    let count = 0;
    for await (const { sending, report } of table.listEntities<{ sending: string; report: string }>()) {
      if (sending !== '' && report !== '') count += 1;
    }
    return count >= 88 || undefined;
  });
  expect((await batchOf(connection, id)).counts).toEqual(reported);
});
