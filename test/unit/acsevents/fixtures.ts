import { type AcsEventContext, recordEvents } from '../../../shared/acsevents/recordEvents.ts';
import { createEmailContext } from '../../../shared/email/emailContext.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { createSmsReportContext } from '../../../shared/smsreports/smsReports.ts';
import { allRows } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { fakeSession } from '../acs/fixtures.ts';
import * as batches from '../smsbatch/fixtures.ts';

export const NOW = new Date('2026-01-15T23:59:59Z');

const LIMITS = { sendsPerMinute: 1, sendsPerHour: 1, readsPerMinute: 1, readsPerHour: 1 };

/** A context with storage in memory. There are no batches, unless `more` brings some. */
export function rig(more: Partial<AcsEventContext> = {}) {
  const storage = new MemoryStorage();
  const clock = { now: NOW };
  const now = () => clock.now.getTime();
  const context: AcsEventContext = {
    ...{ storage, now, ownResourceId: undefined },
    droppedEvents: storage.tables.table('droppedevents'),
    emails: createEmailContext({
      ...{ storage, now, settings: { limits: { custom: LIMITS, managed: LIMITS } } },
      acs: () => fakeSession(() => ({ status: 200 })),
    }),
    smsReports: createSmsReportContext(storage, now),
    smsBatches: batches.rig().context,
    optOuts: createOptOuts(storage.tables, now),
    ...more,
  };
  const lines: string[] = [];
  return {
    ...{ context, storage, clock, lines },
    record: (message: unknown) => recordEvents(context, message, (line) => void lines.push(line)),
    droppedRows: (day = '2026-01-15') =>
      allRows(storage.tables.table('droppedevents').list(day, { from: '', before: '~' })),
  };
}
