import { describe, expect, test } from 'vitest';
import { type AcsEventSinks, createAcsEvents } from '../../../shared/acsevents/record.ts';
import { readTag, tagOf } from '../../../shared/smsbatch/send/messageIds.ts';
import type { Row } from '../../../shared/storage/tables.ts';
import { cloudEvent, emailReportData, gridEvent, receivedSmsData, smsReportData } from '../../setup/acsevents.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { TEST_SECRET } from '../../setup/secrets.ts';

const BATCH = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const NOW = new Date('2026-01-15T23:59:59Z');

/** An intake whose sinks write down what they get. */
function intake(more: Partial<AcsEventSinks> = {}) {
  const storage = new MemoryStorage();
  const got: string[] = [];
  const lines: string[] = [];
  const clock = { now: NOW };
  const sinks: AcsEventSinks = {
    email: async ({ messageId }) => {
      got.push(`email ${messageId}`);
      return 'recorded';
    },
    batch: async ({ tag }) => {
      if (!readTag(TEST_SECRET, tag)) return false;
      got.push(`batch ${tag}`);
      return true;
    },
    sms: async ({ messageId }) => {
      got.push(`sms ${messageId}`);
      return 'recorded';
    },
    received: async ({ messageId }) => void got.push(`received ${messageId}`),
    ...more,
  };
  const { record } = createAcsEvents({
    ...{ tables: storage.tables, sinks, ownResourceId: undefined },
    now: () => clock.now,
  });
  return {
    ...{ got, lines, clock },
    record: (message: unknown) => record(message, (line) => void lines.push(line)),
    rows: async (day = '2026-01-15') => {
      const rows: Row[] = [];
      const table = storage.tables.table('droppedevents');
      for await (const row of table.list(day, { from: '', before: '~' })) rows.push(row);
      return rows;
    },
  };
}

const smsReport = (id: string, tag?: string) => gridEvent('smsReport', smsReportData({ messageId: id, tag }));

describe('what an event says goes', () => {
  test('where its kind goes, whatever else is in the message', async () => {
    const { got, lines, record } = intake();
    await record([
      ...[cloudEvent('emailReport', emailReportData({ messageId: 'E1' })), smsReport('s1')],
      ...[gridEvent('receivedSms', receivedSmsData({ messageId: 'r1' })), gridEvent('emailEngagement', {})],
    ]);
    expect(got).toEqual(['email e1', 'sms s1', 'received r1']);
    expect(lines).toEqual([]);
  });

  const tagWith = (own: object, chunk: number) => tagOf(TEST_SECRET, { id: BATCH, options: own }, chunk);

  test.each([tagWith({}, 12), tagWith({ tag: 'my own tag' }, 7)])(
    'to the batch whose chunk it names: %s',
    async (tag) => {
      const { got, record } = intake();
      await record(smsReport('s1', tag));
      expect(got).toEqual([`batch ${tag}`]);
    },
  );

  test.each([`${BATCH}/`, `${BATCH}/12`, BATCH, `x${BATCH}/1`, `${BATCH}/1x`, 'my own tag'])(
    'to the single messages, when it names none: %s',
    async (tag) => {
      const { got, record } = intake();
      await record(smsReport('s1', tag));
      expect(got).toEqual(['sms s1']);
    },
  );

  test('to the single messages too, when there is no such batch', async () => {
    const { got, record } = intake({ batch: async () => false });
    await record(smsReport('s1', `${BATCH}/1`));
    expect(got).toEqual(['sms s1']);
  });
});

describe('an event that cannot be used', () => {
  test('is kept with its reason, and told in one line', async () => {
    const { lines, record, rows } = intake({ sms: async () => 'unknown' });
    const event = smsReport('s1');
    await record(event);
    const type = 'Microsoft.Communication.SMSDeliveryReportReceived';
    const values = { reason: 'unknown message', type, receivedOn: NOW.toISOString(), text: JSON.stringify(event) };
    expect(await rows()).toMatchObject([{ values }]);
    expect(lines).toEqual([
      `dropped an event: unknown message; type=${type} kept=2026-01-15/${(await rows())[0]?.rowKey}`,
    ]);
  });

  test('is kept once a day', async () => {
    const { clock, record, rows } = intake();
    await record('junk');
    await record('junk');
    await record('other junk');
    expect(await rows()).toHaveLength(2);
    clock.now = new Date('2026-01-16T00:00:00Z');
    await record('junk');
    expect(await rows('2026-01-16')).toHaveLength(1);
  });

  test('shows no line break of its own in the log', async () => {
    const { lines, record } = intake();
    await record(gridEvent('smsReport', {}, { eventType: `a\nb\u2028c${'d'.repeat(1000)}` }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^dropped an event: unknown type; type=- kept=\S+$/);
    expect(lines[0]?.length).toBeLessThan(500);
  });
});

describe('when storage fails', () => {
  const failing: Partial<AcsEventSinks> = {
    sms: async ({ messageId }) => {
      if (messageId === 's1') throw new Error('the table is down');
      return 'unknown';
    },
  };

  test('the message comes again, after everything else in it is done', async () => {
    const { got, lines, record } = intake(failing);
    const message = [smsReport('s1'), smsReport('s2'), gridEvent('receivedSms', receivedSmsData({ messageId: 'r1' }))];
    await expect(record(message)).rejects.toThrow('Not recorded: Error: the table is down');
    expect(got).toEqual(['received r1']);
    expect(lines).toEqual([expect.stringContaining('unknown message')]);
  });
});
