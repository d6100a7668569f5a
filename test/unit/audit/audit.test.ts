import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../shared/audit/auditEntry.ts';
import { listAuditEntries } from '../../../shared/audit/auditLog.ts';
import { createAudit } from '../../../shared/audit/auditRecorder.ts';
import { createClients } from '../../../shared/clients/clients.ts';
import type { RowChange } from '../../../shared/storage/tables.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { CLIENTS } from '../operation/fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');
const operator = createClients(CLIENTS.map((it) => ({ ...it, allow: ['*', 'operator'] }))).named('office');
const EVERYTHING = { client: undefined, operation: undefined, from: undefined, to: undefined, after: undefined };

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ time: NOW, trigger: 'http', client: 'shop', operation: 'sendSms', status: 202 },
  ...more,
});

/** An audit log in memory, and how often its table was written to. */
function rig() {
  const { tables } = new MemoryStorage();
  const table = tables.table('audit');
  const { insert, transact } = table;
  const calls: number[] = [];
  Object.assign(table, {
    insert: (...row: Parameters<typeof insert>) => {
      calls.push(1);
      return insert.apply(table, row);
    },
    transact: (partition: string, changes: readonly RowChange[]) => {
      if (changes.length > 1) calls.push(changes.length); // `insert` of a table in memory is a transaction, too
      return transact.call(table, partition, changes);
    },
  });
  const all = async () => (await listAuditEntries(tables, operator, { ...EVERYTHING, pageSize: 1000 })).value;
  return { audit: createAudit(tables), tables, table, calls, all };
}

describe('an entry', () => {
  test('is written before its call is answered, with everything that is in it', async () => {
    const { audit, all } = rig();
    const resource = { type: 'smsBatch', id: 'b5a0f6de-6f0e-5d3a-9d0c-2f4a8c1e7b90' } as const;
    await audit.record(entry({ requestId: 'r', resource, recipients: { accepted: 0, refused: 3 } }));
    await audit.record(entry({ status: 403, code: 'Forbidden', actingUser: '8:acs:a_b' }));
    expect(await all()).toHaveLength(2);
    expect(await all()).toEqual(
      expect.arrayContaining([
        {
          ...{ time: '2026-01-15T08:30:00.000Z', trigger: 'http', client: 'shop', operation: 'sendSms', status: 202 },
          ...{ requestId: 'r', resource, recipients: { accepted: 0, refused: 3 } },
        },
        expect.objectContaining({ status: 403, code: 'Forbidden', actingUser: '8:acs:a_b' }),
      ]),
    );
  });

  test('shares a transaction with the client’s others of the same time, of which no more than 100 fit', async () => {
    const { audit, calls, all } = rig();
    await Promise.all(Array.from({ length: 250 }, () => audit.record(entry())));
    expect(calls).toEqual([100, 100, 50]);
    expect(await all()).toHaveLength(250);
  });

  test('that comes while others are being written waits for the next transaction', async () => {
    const { audit, calls } = rig();
    const first = audit.record(entry());
    await new Promise(setImmediate);
    await Promise.all([first, audit.record(entry()), audit.record(entry())]);
    expect(calls).toEqual([1, 2]);
  });

  test('of an event is there once, however often the event is emitted, and takes none along that fails with it', async () => {
    const { audit, all } = rig();
    const event = entry({ operation: 'smsBatch.completed', occurrence: 'b-completed-0' });
    await audit.record(event);
    await Promise.all([audit.record(event), audit.record(entry()), audit.record(event)]);
    expect((await all()).map(({ operation }) => operation).sort()).toEqual(['sendSms', 'smsBatch.completed']);
  });

  test('that cannot be written is logged, and no answer fails', async () => {
    const { audit, table } = rig();
    table.insert = () => Promise.reject(new Error('storage is down'));
    const lines: string[] = [];
    await withFailureLog(
      (what, error) => void lines.push(`${what}: ${error instanceof Error ? error.message : ''}`),
      () => audit.record(entry()),
    );
    expect(lines).toEqual(['Could not write an audit entry for sendSms: storage is down']);
  });

  test('of a limit that is reached is written once a minute for a client and operation', async () => {
    const { audit, all } = rig();
    const minutes = [0, 0, 0, 1, 1];
    for (const minute of minutes) await audit.recordOncePerMinute(entry({ time: NOW + minute * 60_000, status: 429 }));
    await audit.recordOncePerMinute(entry({ operation: 'sendEmail', status: 429 }));
    await audit.recordOncePerMinute(entry({ client: 'desk', status: 429 }));
    expect(await all()).toHaveLength(4);
  });
});
