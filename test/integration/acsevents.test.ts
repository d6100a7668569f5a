import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { beforeAll, describe, expect, test } from 'vitest';
import { ACS_EVENTS_QUEUE } from '../../shared/contract/acsEvent.ts';
import { smsSendResult } from '../../shared/contract/sms.ts';
import { cloudEvent, gridEvent, receivedSmsData, smsReportData } from '../setup/acsEvents.ts';
import { setEvents } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniquePhone, uniqueQueue } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { call, connectionOf } from '../setup/switchboard.ts';

// A stack of its own: received messages are emitted to a queue that all clients share, the test reads the log, and the
// emulator's own events would interfere.
let stack: OwnStack;
let queues: TestQueues;
beforeAll(async () => {
  stack = await startOwnStack();
  queues = openQueues(stack.storage);
  await setEvents(stack.acs, { enabled: false });
  return stack.stop;
});

const PHONE = uniquePhone();

/** With some thousand levels more, the library of Azure Functions would not pass it to the function. */
const DEPTH = 2000;

const put = (message: unknown) => queues.put(ACS_EVENTS_QUEUE, message);

/** Sends one message by queue. @returns its id */
async function sent(replyTo: string, to: string, tag: string): Promise<string> {
  const smsSendOptions = { enableDeliveryReport: true, tag };
  const body = { from: SENDER, smsRecipients: [{ to }], message: 'Hello', smsSendOptions };
  await queues.put('send-sms', { id: `order ${tag}`, client: 'plain', replyTo, body });
  const { data } = await queues.takeOutcome(replyTo);
  return smsSendResult.parse(data).value[0]?.messageId ?? '';
}

async function reportOf(messageId: string, client: 'plain' | 'everything' = 'plain') {
  const target = `/deliveryReports/${messageId}?api-version=2026-01-23`;
  return call(connectionOf(stack.switchboard, client), { method: 'GET', target });
}

/** The stored row of a dropped event that holds a text, once it exists. */
function droppedWith(marker: string) {
  const table = TableClient.fromConnectionString(stack.storage ?? '', 'droppedevents', {
    allowInsecureConnection: true,
  });
  return eventually(`a dropped event with ${marker}`, async () => {
    for await (const row of table.listEntities()) if (String(row['text']).includes(marker)) return row;
    return undefined;
  });
}

/** The log lines about a stored row. */
const linesOf = (rowKey: string | undefined) =>
  stack.log.filter((line) => line.includes(`kept=`) && line.includes(`/${rowKey}`));

test.each([
  ['base64 with a byte order mark', (json: string) => Buffer.from(`\uFEFF${json}`).toString('base64')],
  ['plain JSON', (json: string) => json],
])('an event in %s is read', async (_, encoded) => {
  const [replyTo, to, tag] = [uniqueQueue(), uniquePhone(), randomUUID()];
  const messageId = await sent(replyTo, to, tag);
  const event = gridEvent('smsReport', smsReportData({ messageId, from: SENDER.slice(1), to, tag }));
  await queues.putText(ACS_EVENTS_QUEUE, encoded(JSON.stringify(event)));
  expect(await queues.takeOutcome(replyTo)).toMatchObject({ type: 'switchboard.sendSms.delivered' });
});

describe('delivery reports', () => {
  test.each([
    ['the Event Grid schema', gridEvent],
    ['CloudEvents', cloudEvent],
  ])('in %s reach the client that sent the message, and its delivery report', async (_, event) => {
    const [replyTo, to, tag] = [uniqueQueue(), uniquePhone(), randomUUID()];
    const messageId = await sent(replyTo, to, tag);
    expect(await reportOf(messageId)).toMatchObject({ status: 200, body: { deliveryStatus: 'Pending', to, tag } });
    const data = smsReportData({ messageId, from: SENDER.slice(1), to, tag });
    const late = { ...data, deliveryStatus: 'Failed', receivedTimestamp: '2020-09-18T00:22:30Z' };
    await put(event('smsReport', data));
    const outcome = await queues.takeOutcome(replyTo);
    expect(outcome).toMatchObject({
      ...{ type: 'switchboard.sendSms.delivered', subject: `order ${tag}`, client: 'plain' },
      data: { messageId, from: SENDER, to, tag, deliveryStatus: 'Delivered', receivedOn: '2020-09-18T00:22:20.285Z' },
    });
    await put([event('smsReport', data), event('smsReport', late), event('smsReport', {}, { subject: tag })]);
    await droppedWith(`"subject":"${tag}"`); // then the others have been processed as well
    expect(await reportOf(messageId)).toMatchObject({
      body: { deliveryStatus: 'Delivered', receivedTimestamp: '2020-09-18T00:22:20.285Z' },
    });
    expect(await queues.peek(replyTo)).toEqual([]);
    expect(await reportOf(messageId, 'everything')).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFound' } },
    });
  });

  test('are not returned for a message sent without delivery reports', async () => {
    const body = { from: SENDER, smsRecipients: [{ to: uniquePhone() }], message: 'Hello' };
    const answer = await call(connectionOf(stack.switchboard, 'plain'), { method: 'POST', target: '/sms', body });
    const messageId = smsSendResult.parse(answer.body).value[0]?.messageId ?? '';
    expect(await reportOf(messageId)).toMatchObject({ status: 404 });
  });
});

test('a received SMS message is emitted as an event', async () => {
  const message = `Hello ${randomUUID()}`;
  await put([gridEvent('receivedSms', receivedSmsData({ message }))]);
  const outcome = await queues.takeOutcome('outcomes', 'switchboard.sms.received');
  expect(outcome).toMatchObject({ data: { message, from: '+15555555555' } });
  expect(outcome).not.toHaveProperty('client');
});

describe('an event that cannot be used is stored, with one line in the log', () => {
  const unknown = (marker: string) => gridEvent('smsReport', smsReportData({ messageId: marker }));

  test.each<[string, string, (marker: string) => unknown]>([
    ['an unknown message', 'unknown message', unknown],
    ['an unknown type', 'unknown type', (marker) => gridEvent('smsReport', {}, { eventType: `${marker} ${PHONE}` })],
    ['a foreign topic', 'foreign source', (marker) => ({ ...unknown(marker), topic: `/subscriptions/${marker}` })],
    [
      'missing fields',
      'wrong fields: to',
      (marker) => gridEvent('smsReport', smsReportData({ tag: marker, to: null })),
    ],
    ['an email that Switchboard did not send', 'unknown message', (marker) => gridEvent('emailReport', email(marker))],
    ['text that is no JSON', 'no event', (marker) => `{ ${marker}`],
    ['as much of it as a message can hold', 'no event', (marker) => marker.padEnd(48 * 1024, 'x')],
    ['an array of junk', 'no event', (marker) => [1, marker, [null]]],
    ['deep nesting', 'no event', (marker) => `["${marker}",${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}]`],
    ['a number', 'no event', (marker) => `4${Number.parseInt(marker.slice(0, 8), 16)}`],
  ])('%s', async (_, reason, junk) => {
    const marker = randomUUID();
    const message = junk(marker);
    await put(message);
    const row = await droppedWith(typeof message === 'string' && message.length < 12 ? message : marker);
    expect(row['reason']).toBe(reason);
    const [line, ...others] = await eventually('a line in the log', () => {
      const lines = linesOf(row.rowKey);
      return lines.length > 0 ? lines : undefined;
    });
    expect(line).toContain(`recordAcsEvent warning: dropped an event: ${reason}; type=`);
    expect(others).toEqual([]);
  });

  test('and the log shows no phone number', () => {
    expect(stack.log.join('\n')).not.toContain(PHONE.slice(1));
  });

  test('and no message ends on the poison queue', async () => {
    expect(await queues.count(`${ACS_EVENTS_QUEUE}-poison`)).toBe(0);
  });
});

const email = (marker: string) => ({
  ...{ messageId: marker, sender: 'news@contoso.com', recipient: 'anna@example.com', status: 'Delivered' },
  deliveryAttemptTimestamp: '2026-01-15T08:30:00Z',
});
