import { expect, test } from 'vitest';
import type { AnswerLedger } from '../../../shared/idempotency/answerLedger.ts';
import { serveMessage } from '../../../shared/operation/queue.ts';
import { accepts, FROM, OPERATION } from '../functions/sms/limitedshop.ts';
import { type Rig, rig } from './fixtures.ts';

const MESSAGE = { body: { from: FROM, smsRecipients: [{ to: '+14255550123' }], message: 'Hello' } };

const process = (storage?: Rig['storage']) => rig({ acs: ({ body }) => accepts(body), storage });

/** The version before, which stored each record in a partition of its own. */
async function deliverByVersionBefore({ runtime }: Rig, message: object, queueId: string): Promise<void> {
  const answers: AnswerLedger = {
    ...runtime.answers,
    claim: (name, now) => runtime.answers.claim({ ...name, record: 'own' }, now),
  };
  const original = JSON.stringify(message);
  const id = 'id' in message ? String(message.id) : queueId;
  const delivery = { original, content: message, tries: 1, queueId, id, client: undefined, replyTo: undefined };
  const context = { log: () => undefined, triggerMetadata: {} } as unknown as Parameters<typeof serveMessage>[3];
  await serveMessage(OPERATION, 'send-sms', delivery, context, () => ({ ...runtime, answers }));
}

test('a message that the version before has handled is not sent again when it is delivered again', async () => {
  const before = process();
  await deliverByVersionBefore(before, MESSAGE, 'queue-id-1');
  const after = process(before.storage);
  await after.deliver(OPERATION, JSON.stringify(MESSAGE), { id: 'queue-id-1', dequeueCount: 2 });
  expect(before.sent).toHaveLength(1);
  expect(after.sent).toHaveLength(0);
});

test('nor is another one with the same id', async () => {
  const before = process();
  const message = { ...MESSAGE, id: 'order-1' };
  await deliverByVersionBefore(before, message, 'queue-id-1');
  const after = process(before.storage);
  await after.deliver(OPERATION, JSON.stringify(message), { id: 'queue-id-2' });
  expect(before.sent).toHaveLength(1);
  expect(after.sent).toHaveLength(0);
});

test('a message without an id of its own takes no call to look for such a record when it is first delivered', async () => {
  const it = process();
  const table = it.storage.tables.table('answers');
  table.get = async () => expect.unreachable('A record was read.');
  await it.deliver(OPERATION, JSON.stringify(MESSAGE), { id: 'queue-id-1' });
  expect(it.sent).toHaveLength(1);
});

test('a message that is put back, with the id of the first delivery, keeps its record', async () => {
  const first = process();
  await first.deliver(OPERATION, JSON.stringify(MESSAGE), { id: 'queue-id-1' });
  const second = process(first.storage);
  await second.deliver(OPERATION, JSON.stringify({ ...MESSAGE, id: 'queue-id-1' }), { id: 'queue-id-2' });
  expect(first.sent).toHaveLength(1);
  expect(second.sent).toHaveLength(0);
});
