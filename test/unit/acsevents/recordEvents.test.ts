import { describe, expect, test } from 'vitest';
import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { newEmail } from '../../../shared/email/merge.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { tagOf } from '../../../shared/smsbatch/send/requestIds.ts';
import { trackSentSms } from '../../../shared/smsreports/smsReports.ts';
import {
  cloudEvent,
  emailReportData,
  gridEvent,
  receivedSmsData,
  smsReportData,
  TOPIC,
} from '../../setup/acsEvents.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import * as batches from '../smsbatch/fixtures.ts';
import { accepted, SENDING } from '../smsreports/fixtures.ts';
import { NOW, rig } from './fixtures.ts';

const BATCH = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

const smsReport = (id: string, tag?: string) => gridEvent('smsReport', smsReportData({ messageId: id, tag }));

describe('an event is recorded', () => {
  test('by its kind, whatever else is in the message', async () => {
    const { context, lines, record, storage } = rig();
    const owner = { client: 'shop', sender: 'a@b.example', kind: 'custom', subject: 'e1', replyTo: undefined } as const;
    await context.emails.emails.change('e1', () => newEmail('e1', owner, NOW.getTime()));
    await trackSentSms(context.smsReports, SENDING, accepted('s1'));
    await record([
      ...[cloudEvent('emailReport', emailReportData({ messageId: 'E1', status: 'Delivered' })), smsReport('s1')],
      ...[gridEvent('receivedSms', receivedSmsData({ messageId: 'r1' })), gridEvent('emailEngagement', {})],
    ]);
    const events = storage.messages('outcomes').map((it) => outcomeEvent.parse(it));
    expect(events.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
      'switchboard.sendEmail.delivered e1',
      'switchboard.sendEmail.succeeded e1',
      `switchboard.sendSms.delivered ${SENDING.subject}`,
      'switchboard.sms.received r1',
    ]);
    expect(lines).toEqual([]);
  });

  test.each([undefined, 'my own tag'])(
    'as that of a batch if it names a chunk of it, with the caller’s tag %s',
    async (tag) => {
      const batch = batches.rig();
      await batches.split(batch, { smsSendOptions: { enableDeliveryReport: true, tag } });
      await batches.send(batch);
      const [to = ''] = batches.numbers(1);
      const data = { messageId: `Outgoing_${to}`, from: batches.FROM, to, tag: batch.sent[0]?.smsSendOptions?.tag };
      const { context, lines, record } = rig({ smsBatches: batch.context });
      await record(gridEvent('smsReport', smsReportData(data)));
      expect(await batch.context.ledger.tally(batches.ID)).toMatchObject({ delivered: 1 });
      expect(await context.smsReports.messages.get(data.messageId)).toMatchObject({ report: undefined });
      expect(lines).toEqual([]);
    },
  );

  const authentic = tagOf(TEST_SECRET, { id: batches.ID, options: {} }, 0);

  test.each([authentic, `${BATCH}/`, `${BATCH}/12`, BATCH, `x${BATCH}/1`, `${BATCH}/1x`, 'my own tag'])(
    'as that of a single message if it names no chunk of an existing batch: %s',
    async (tag) => {
      const { context, record } = rig();
      await record(smsReport('s1', tag));
      expect(await context.smsReports.messages.get('s1')).toMatchObject({ report: { status: 'Delivered' } });
    },
  );
});

describe('a received SMS message', () => {
  const received = (more: Parameters<typeof receivedSmsData>[0] = {}) =>
    gridEvent('receivedSms', receivedSmsData(more));

  test('is emitted as an event that concerns no client', async () => {
    const { lines, record, storage } = rig();
    await record(received());
    const [event] = storage.messages('outcomes');
    expect(outcomeEvent.parse(event)).toMatchObject({
      type: 'switchboard.sms.received',
      subject: receivedSmsData()['messageId'],
      time: NOW.toISOString(),
      data: {
        ...{ messageId: receivedSmsData()['messageId'], from: '+15555555555', to: '+15555555556' },
        ...{ message: 'Great to connect with ACS events', receivedOn: '2020-09-18T00:27:45.320Z' },
      },
    });
    for (const member of ['client', 'httpstatus']) expect(event).not.toHaveProperty(member);
    expect(lines).toEqual([]);
  });

  test('of another resource than the one in the settings is dropped', async () => {
    const { lines, record, storage } = rig({ ownResourceId: TOPIC });
    await record([received(), { ...received(), topic: `${TOPIC}-2` }]);
    expect(storage.messages('outcomes')).toHaveLength(1);
    expect(lines).toEqual([expect.stringContaining('foreign source')]);
  });

  test('has the same event id when it is redelivered', async () => {
    const { record, storage } = rig();
    await record(received());
    await record(received());
    await record(received({ messageId: 'Incoming_2' }));
    const ids = storage.messages('outcomes').map((it) => outcomeEvent.parse(it).id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('that says STOP is emitted, and recorded as an opt-out', async () => {
    const { record, storage } = rig();
    await record(received({ message: 'Stop' }));
    const optOuts = createOptOuts(storage.tables, () => NOW.getTime());
    expect(await optOuts.optedOut('+15555555556', ['+15555555555'])).toEqual(new Set(['+15555555555']));
    expect(storage.sent).toHaveLength(1);
  });
});

describe('an event that cannot be used', () => {
  test('is stored with its reason, and logged in one line', async () => {
    const { lines, record, droppedRows } = rig();
    const event = smsReport('s1');
    await record(event);
    const type = 'Microsoft.Communication.SMSDeliveryReportReceived';
    const values = { reason: 'unknown message', type, receivedOn: NOW.toISOString(), text: JSON.stringify(event) };
    expect(await droppedRows()).toMatchObject([{ values }]);
    expect(lines).toEqual([
      `dropped an event: unknown message; type=${type} kept=2026-01-15/${(await droppedRows())[0]?.rowKey}`,
    ]);
  });

  test('is stored once a day', async () => {
    const { clock, record, droppedRows } = rig();
    await record('junk');
    await record('junk');
    await record('other junk');
    expect(await droppedRows()).toHaveLength(2);
    clock.now = new Date('2026-01-16T00:00:00Z');
    await record('junk');
    expect(await droppedRows('2026-01-16')).toHaveLength(1);
  });

  test('adds no line break to the log', async () => {
    const { lines, record } = rig();
    await record(gridEvent('smsReport', {}, { eventType: `a\nb\u2028c${'d'.repeat(1000)}` }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^dropped an event: unknown type; type=- kept=\S+$/);
    expect(lines[0]?.length).toBeLessThan(500);
  });
});

test('when storage fails, the message is redelivered after all its other events were recorded', async () => {
  const { context, lines, storage, record } = rig();
  const { messages } = context.smsReports;
  const get: typeof messages.get = (id) =>
    id === 's1' ? Promise.reject(new Error('the table is down')) : messages.get(id);
  Object.assign(context, { smsReports: { ...context.smsReports, messages: { ...messages, get } } });
  const message = [smsReport('s1'), smsReport('s2'), gridEvent('receivedSms', receivedSmsData({ messageId: 'r1' }))];
  await expect(record(message)).rejects.toThrow('Not recorded: Error: the table is down');
  expect(storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.sms.received', subject: 'r1' }]);
  expect(lines).toEqual([expect.stringContaining('unknown message')]);
});
