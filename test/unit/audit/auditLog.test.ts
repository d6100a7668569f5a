import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../shared/audit/auditEntry.ts';
import { type AuditQuery, listAuditEntries } from '../../../shared/audit/auditLog.ts';
import { createAudit } from '../../../shared/audit/auditRecorder.ts';
import { createClients } from '../../../shared/clients/clients.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { KEYS } from '../operation/fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');
const clients = createClients([
  { name: 'shop', keys: [KEYS.shop] },
  { name: 'operator', keys: [KEYS.desk] },
  { name: 'auditor', keys: [KEYS.office], allow: ['listAuditEntries', 'operator'] },
]);
const [shop, namesake, auditor] = [clients.named('shop'), clients.named('operator'), clients.named('auditor')];

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ time: NOW, trigger: 'http', client: 'shop', operation: 'sendSms', status: 202 },
  ...more,
});
const QUERY: AuditQuery = {
  ...{ client: undefined, operation: undefined, from: undefined, to: undefined, after: undefined, pageSize: 100 },
};

async function logOf(entries: readonly AuditEntry[]) {
  const { tables } = new MemoryStorage();
  const audit = createAudit(tables);
  await Promise.all(entries.map((it) => audit.record(it)));
  return async (reader = shop, query: Partial<AuditQuery> = {}) => {
    const { value, next } = await listAuditEntries(tables, reader, { ...QUERY, ...query });
    return { value, next, requests: value.map(({ requestId }) => requestId) };
  };
}

const OF_ALL = [
  entry({ requestId: 'shop’s' }),
  entry({ client: 'operator', requestId: 'namesake’s' }),
  entry({ client: 'operator', trigger: 'operator', operation: 'cancel-client', requestId: 'command' }),
  entry({ client: 'switchboard', trigger: 'queue', requestId: 'own' }),
];

describe('who sees what', () => {
  test('a client sees its own entries', async () => {
    const list = await logOf(OF_ALL);
    expect((await list()).requests).toEqual(['shop’s']);
    expect((await list(shop, { client: 'shop' })).requests).toEqual(['shop’s']);
  });

  test('and is refused those of others', async () => {
    const list = await logOf(OF_ALL);
    for (const client of ['operator', 'switchboard', 'nobody', 'Shop']) {
      await expect(list(shop, { client })).rejects.toMatchObject({ code: 'Forbidden', target: 'client' });
    }
  });

  test('a client that happens to be called operator does not see operators’ commands', async () => {
    expect((await (await logOf(OF_ALL))(namesake)).requests).toEqual(['namesake’s']);
  });

  test('an operator client sees all, or those of one', async () => {
    const list = await logOf(OF_ALL);
    expect(new Set((await list(auditor)).requests)).toEqual(new Set(OF_ALL.map(({ requestId }) => requestId)));
    expect((await list(auditor, { client: 'shop' })).requests).toEqual(['shop’s']);
    expect((await list(auditor, { client: 'switchboard' })).requests).toEqual(['own']);
    expect(new Set((await list(auditor, { client: 'operator' })).requests)).toEqual(new Set(['command', 'namesake’s']));
    expect((await list(auditor, { client: 'nobody' })).requests).toEqual([]);
  });
});

test('entries are filtered by time, from included, to excluded, and by operation', async () => {
  const list = await logOf([0, 1, 2, 3].map((ms) => entry({ time: NOW + ms, requestId: String(ms) })));
  expect((await list()).requests).toEqual(['3', '2', '1', '0']);
  expect((await list(shop, { from: NOW + 1 })).requests).toEqual(['3', '2', '1']);
  expect((await list(shop, { to: NOW + 2 })).requests).toEqual(['1', '0']);
  expect((await list(shop, { from: NOW + 1, to: NOW + 3 })).requests).toEqual(['2', '1']);
  expect((await list(shop, { operation: 'sendEmail' })).requests).toEqual([]);
  expect((await list(shop, { to: Date.parse('9999-12-31T23:59:59Z') })).requests).toHaveLength(4);
});

test('a page that reads many entries in vain says where the next one begins', async () => {
  const many = Array.from({ length: 1500 }, (_, ms) => entry({ time: NOW + ms }));
  const list = await logOf([entry({ time: NOW - 1, operation: 'sendEmail', requestId: 'wanted' }), ...many]);
  const first = await list(shop, { operation: 'sendEmail' });
  expect(first).toMatchObject({ value: [], next: expect.any(String) });
  const second = await list(shop, { operation: 'sendEmail', after: first.next });
  expect(second).toMatchObject({ requests: ['wanted'], next: undefined });
});

test('a page holds no entry that is older than what another client’s unread ones may be', async () => {
  const unwanted = Array.from({ length: 1000 }, (_, ms) => entry({ time: NOW + 10 + ms, operation: 'sendEmail' }));
  const wanted = [entry({ time: NOW + 1, requestId: 'newer' }), entry({ client: 'auditor', requestId: 'older' })];
  const list = await logOf([...unwanted, ...wanted]);
  const first = await list(auditor, { operation: 'sendSms' });
  const second = await list(auditor, { operation: 'sendSms', after: first.next });
  expect([...first.requests, ...second.requests]).toEqual(['newer', 'older']);
});

test('pages hold every entry once, newest first, whoever made them and however large the pages are', async () => {
  const entries = fc.array(
    fc.record({
      time: fc.integer({ min: NOW, max: NOW + 5 }),
      client: fc.constantFrom('shop', 'operator', 'auditor'),
      operation: fc.constantFrom('sendSms', 'sendEmail'),
    }),
    { maxLength: 30 },
  );
  const property = fc.asyncProperty(
    entries,
    fc.integer({ min: 1, max: 7 }),
    fc.constantFrom(undefined, 'sendSms'),
    async (made, pageSize, operation) => {
      const list = await logOf(made.map((it, index) => entry({ ...it, requestId: String(index) })));
      const seen: { readonly time: string; readonly requestId: string | undefined }[] = [];
      let after: string | undefined;
      do {
        const page = await list(auditor, { pageSize, operation, after });
        expect(page.value.length).toBeLessThanOrEqual(pageSize);
        seen.push(...page.value.map(({ time, requestId }) => ({ time, requestId })));
        after = page.next;
      } while (after !== undefined);
      const wanted = made.flatMap((it, index) =>
        operation === undefined || it.operation === operation ? [String(index)] : [],
      );
      expect(new Set(seen.map((it) => it.requestId))).toEqual(new Set(wanted));
      expect(seen).toHaveLength(wanted.length);
      const times = seen.map(({ time }) => Date.parse(time));
      expect(times).toEqual(times.toSorted((one, other) => other - one));
    },
  );
  await fc.assert(property, { seed: 20260115, numRuns: 60 });
});
