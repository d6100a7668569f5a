import { beforeAll, describe, expect, test } from 'vitest';
import { ACS_EVENTS_QUEUE } from '../../shared/contract/acsEvent.ts';
import { operations } from '../../shared/operation/definition.ts';
import { eventually } from '../setup/eventually.ts';
import { uniqueQueue } from '../setup/names.ts';
import { openQueues } from '../setup/storage.ts';
import { HOSTILE, hostileRequests, MARKER, startWatchedStack, type WatchedStack } from '../setup/watchedStack.ts';

let stack: WatchedStack;
beforeAll(async () => {
  stack = await startWatchedStack();
  return stack.stop;
}, 60_000);

describe('over queues', () => {
  const put = (queue: string, text: string) => openQueues(stack.storage).putText(queue, text);
  const isEmpty = (queue: string) =>
    eventually(`${queue} is empty`, async () => (await openQueues(stack.storage).count(queue)) === 0 || undefined, 50);

  test('every member of a message, and every field of every operation', async () => {
    const served = operations.flatMap((it) => (it.queue === undefined ? [] : [{ ...it, queue: it.queue }]));
    expect(served.length).toBeGreaterThan(5);
    for (const operation of served) {
      const replyTo = uniqueQueue();
      const envelope = { replyTo, client: 'everything' };
      for (const { params, body } of hostileRequests(operation, HOSTILE)) {
        await put(operation.queue, JSON.stringify({ ...envelope, params, body }));
      }
      for (const name of [
        'id',
        'client',
        'params',
        'body',
        'bodyBlob',
        'actingUser',
        'replyTo',
        'traceparent',
        HOSTILE,
      ]) {
        await put(operation.queue, JSON.stringify({ [name]: HOSTILE }));
        await put(operation.queue, JSON.stringify({ [name]: { [HOSTILE]: [HOSTILE] } }));
      }
      for (const text of [MARKER, `{"id":"${MARKER}"`, JSON.stringify([HOSTILE])]) {
        await put(operation.queue, text);
      }
      await isEmpty(operation.queue);
    }
    stack.expectNothing('queues');
  }, 240_000);

  test('events of ACS', async () => {
    const event = { id: HOSTILE, topic: HOSTILE, subject: HOSTILE, data: { [HOSTILE]: HOSTILE }, eventTime: HOSTILE };
    for (const eventType of [
      HOSTILE,
      'Microsoft.Communication.SMSReceived',
      'Microsoft.Communication.SMSDeliveryReportReceived',
    ]) {
      await put(ACS_EVENTS_QUEUE, JSON.stringify([{ ...event, eventType, dataVersion: '1.0' }]));
      await put(ACS_EVENTS_QUEUE, JSON.stringify({ specversion: '1.0', source: HOSTILE, type: eventType, ...event }));
    }
    await put(ACS_EVENTS_QUEUE, JSON.stringify([HOSTILE, { [HOSTILE]: HOSTILE }]));
    await isEmpty(ACS_EVENTS_QUEUE);
    stack.expectNothing('events');
  }, 60_000);
});
