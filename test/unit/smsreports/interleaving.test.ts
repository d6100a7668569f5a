import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeMessages, NOTHING_KNOWN, type SmsMessage } from '../../../shared/smsreports/message.ts';
import { createSmsReports } from '../../../shared/smsreports/reports.ts';
import type { Table } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { accepted, report, SENDING, TO } from './fixtures.ts';

const ID = 'Outgoing_1';

/** A table whose calls come back in an order that fast-check chooses. */
function scheduled(table: Table, order: fc.Scheduler): Table {
  return {
    ...table,
    get: (...call) => order.schedule(Promise.resolve()).then(() => table.get(...call)),
    insert: (...call) => order.schedule(Promise.resolve()).then(() => table.insert(...call)),
    replace: (...call) => order.schedule(Promise.resolve()).then(() => table.replace(...call)),
  };
}

/** One call at a time, which has come back before the next is chosen: also those that began long ago are overtaken. */
const scheduler = fc.scheduler({
  act: async (run) => {
    await run();
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  },
});

/** The message is sent once or twice (the call was repeated), or by somebody else; its reports come more than once. */
const happenings = fc.record({
  sendings: fc.integer({ min: 0, max: 2 }),
  reports: fc.array(report, { maxLength: 4 }),
  repetitions: fc.integer({ min: 1, max: 2 }),
});

test('whatever overtakes what, the row is the same, and each status is told once', async () => {
  await fc.assert(
    fc.asyncProperty(scheduler, happenings, async (order, { sendings, reports, repetitions }) => {
      const storage = new MemoryStorage();
      const told: string[] = [];
      const smsReports = createSmsReports({
        tables: {
          table: (name) => scheduled(storage.tables.table(name), order),
          backOff: () => order.schedule(Promise.resolve()),
        },
        now: () => 1_000_000,
        tell: async (messageId, { report: { status } }) => {
          await order.schedule(Promise.resolve());
          told.push(`${messageId} ${status}`);
        },
      });
      const send = () => smsReports.follow(SENDING, accepted(ID));
      const calls = Array.from({ length: repetitions }, () => reports).flat();
      const all = [
        ...Array.from({ length: sendings }, send),
        ...calls.map((it) => smsReports.record({ messageId: ID, from: '', to: '', tag: '', ...it })),
      ];
      await order.waitFor(Promise.all(all));

      const expected = reports.reduce<SmsMessage>(
        (known, it) => mergeMessages(known, { ...NOTHING_KNOWN, report: it }),
        { ...NOTHING_KNOWN, sending: sendings > 0 ? { ...SENDING, to: TO } : undefined },
      );
      const found = order.waitFor(smsReports.find('shop', ID));
      expect(await found).toEqual(expected.sending && expected);
      expect(new Set(told).size).toBe(told.length);
      const isTold = told.includes(`${ID} ${expected.report?.status}`);
      expect(isTold).toBe(expected.sending !== undefined && expected.report !== undefined);
    }),
    { numRuns: 300 },
  );
});
