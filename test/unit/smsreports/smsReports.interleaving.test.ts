import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeMessages, NOTHING_KNOWN, type SmsMessage } from '../../../shared/smsreports/smsMessage.ts';
import { createSmsReportContext, recordSmsReport, trackSentSms } from '../../../shared/smsreports/smsReports.ts';
import type { Queues } from '../../../shared/storage/queues.ts';
import type { Table } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { accepted, emittedReports, report, SENDING, TO } from './fixtures.ts';

const ID = 'Outgoing_1';

/** A table whose calls run in an order that fast-check chooses. */
function scheduled(table: Table, order: fc.Scheduler): Table {
  return {
    ...table,
    get: (...call) => order.schedule(Promise.resolve()).then(() => table.get(...call)),
    insert: (...call) => order.schedule(Promise.resolve()).then(() => table.insert(...call)),
    replace: (...call) => order.schedule(Promise.resolve()).then(() => table.replace(...call)),
  };
}

/** One call at a time, finished before the next is chosen, so that calls that started long ago are overtaken too. */
const scheduler = fc.scheduler({
  act: async (run) => {
    await run();
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  },
});

/** The message is sent once, twice (a repeated call) or by another app; its reports arrive more than once. */
const happenings = fc.record({
  sendings: fc.integer({ min: 0, max: 2 }),
  reports: fc.array(report, { maxLength: 4 }),
  repetitions: fc.integer({ min: 1, max: 2 }),
});

test('in any order of calls, the row is the same, and each status is emitted once', async () => {
  await fc.assert(
    fc.asyncProperty(scheduler, happenings, async (order, { sendings, reports, repetitions }) => {
      const storage = new MemoryStorage();
      const tables = {
        table: (name: string) => scheduled(storage.tables.table(name), order),
        backOff: () => order.schedule(Promise.resolve()),
      };
      const queues: Queues = {
        send: (...message) => order.schedule(Promise.resolve()).then(() => storage.queues.send(...message)),
      };
      const { blobs, oldRows } = storage;
      const context = createSmsReportContext({ tables, queues, blobs, oldRows }, () => 1_000_000);
      const send = () => trackSentSms(context, SENDING, accepted(ID));
      const calls = Array.from({ length: repetitions }, () => reports).flat();
      const all = [
        ...Array.from({ length: sendings }, send),
        ...calls.map((it) => recordSmsReport(context, { messageId: ID, from: '', to: '', tag: '', ...it })),
      ];
      await order.waitFor(Promise.all(all));

      const expected = reports.reduce<SmsMessage>(
        (known, it) => mergeMessages(known, { ...NOTHING_KNOWN, report: it }),
        { ...NOTHING_KNOWN, sending: sendings > 0 ? { ...SENDING, to: TO } : undefined },
      );
      const stored = await order.waitFor(context.messages.get(ID));
      expect({ sending: stored.sending, report: stored.report }).toEqual(expected);
      const emitted = emittedReports(storage).map((it) => it.split(' ').slice(0, 2).join(' '));
      expect(new Set(emitted).size).toBe(emitted.length);
      const isEmitted = emitted.includes(`${ID} ${expected.report?.status}`);
      expect(isEmitted).toBe(expected.sending !== undefined && expected.report !== undefined);
    }),
    { numRuns: 300 },
  );
});
