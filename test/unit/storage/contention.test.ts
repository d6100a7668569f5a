import { describe, expect, test } from 'vitest';
import { createChatUsers } from '../../../shared/acs/chatUsers.ts';
import { createEmailStore } from '../../../shared/email/emailStore.ts';
import { newEmail } from '../../../shared/email/merge.ts';
import { createReadBudget } from '../../../shared/email/readBudget.ts';
import { createAnswerLedger } from '../../../shared/idempotency/answerLedger.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { createSenderStore } from '../../../shared/pacing/senderStore.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
import { recordBatchReport } from '../../../shared/smsbatch/deliveryReports.ts';
import { createBatchStore } from '../../../shared/smsbatch/ledger/batches.ts';
import { createSmsReportContext, recordSmsReport, trackSentSms } from '../../../shared/smsreports/smsReports.ts';
import type { MemoryTable } from '../../setup/memoryStorage.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { fakeSession } from '../acs/fixtures.ts';
import { received } from '../optouts/fixtures.ts';
import * as batches from '../smsbatch/fixtures.ts';
import { accepted, SENDING } from '../smsreports/fixtures.ts';

const NOW = Date.parse('2026-01-15T08:30:00Z');
const now = () => NOW;
const pace = { key: '+18005550100', ratePerMinute: 600 };
const mail = newEmail(
  'mail-1',
  { client: 'shop', subject: 's', replyTo: undefined, sender: 'a@b', kind: 'custom' },
  NOW,
);
const readLimits = { sendsPerMinute: 1, sendsPerHour: 1, readsPerMinute: 1000, readsPerHour: 1000 };

/** From now on, another writer is faster than every conditional write to the table. Counts them. */
function overtakeAlways(table: MemoryTable): { readonly writes: number } {
  const seen = { writes: 0 };
  const overtaken = async () => {
    seen.writes += 1;
    return undefined;
  };
  Object.assign(table, { insert: overtaken, replace: overtaken, merge: overtaken, transact: overtaken });
  return seen;
}

/** As `overtakeAlways`, with a back-off that is counted. */
function contended(tableName: string) {
  const { tables } = new MemoryStorage();
  const it = { seen: overtakeAlways(tables.table(tableName)), pauses: 0 };
  const backOff = async () => {
    it.pauses += 1;
  };
  return Object.assign(it, { tables: { ...tables, backOff } });
}

const contention = { code: 'StorageContention', status: 503, isTransient: true, retryAfterSeconds: expect.any(Number) };

describe('a change of a row that others change all the time is given up after some attempts, with pauses:', () => {
  test('sending time', async () => {
    for (const change of ['reserve', 'pause'] as const) {
      const { tables, seen } = contended('senders');
      const store = createSenderStore(tables, 'senders', now);
      const changed = change === 'reserve' ? store.reserve(pace, { recipients: 1 }, NOW) : store.pause(pace, NOW + 1);
      await expect(changed).rejects.toMatchObject(contention);
      expect(seen.writes).toBeGreaterThan(5);
    }
  });

  test('status reads', async () => {
    const it = contended('emailbudget');
    const budget = createReadBudget(it.tables, { custom: readLimits, managed: readLimits }, now);
    await expect(budget.take(['custom'], 1)).rejects.toMatchObject(contention);
    expect(it.pauses).toBe(it.seen.writes - 1);
    await expect(budget.pause('custom', NOW + 1)).rejects.toMatchObject(contention);
  });

  test('an email', async () => {
    const it = contended('emails');
    await expect(createEmailStore(it.tables).change(mail.id, () => mail)).rejects.toMatchObject(contention);
    expect(it.pauses).toBe(it.seen.writes - 1);
  });

  test('an active batch', async () => {
    const it = contended('smsbatches');
    await expect(createBatchStore(it.tables, now).activate('id', 'shop', NOW)).rejects.toMatchObject(contention);
    expect(it.pauses).toBe(it.seen.writes - 1);
  });

  test('the state of a batch', async () => {
    const it = batches.rig();
    await batches.split(it);
    const seen = overtakeAlways(it.storage.tables.table('smsbatches'));
    await expect(cancelBatch(it.context, batches.CLIENT, batches.ID)).rejects.toMatchObject(contention);
    expect(seen.writes).toBeGreaterThan(5);
  });

  test('the delivery reports of a chunk', async () => {
    const it = batches.rig();
    await batches.split(it);
    await batches.send(it);
    const seen = overtakeAlways(it.storage.tables.table('smschunks'));
    const [to = ''] = batches.numbers(1);
    const tag = it.sent[0]?.smsSendOptions?.tag ?? '';
    const report = { messageId: `Outgoing_${to}`, from: batches.FROM, to, tag, receivedOn: NOW, details: '' };
    const recorded = recordBatchReport(it.context, { ...report, status: 'Delivered' });
    await expect(recorded).rejects.toMatchObject(contention);
    expect(seen.writes).toBeGreaterThan(5);
  });

  test('an opt-out', async () => {
    const it = contended('smsoptouts');
    await expect(createOptOuts(it.tables, now).record(received('STOP'))).rejects.toMatchObject(contention);
    expect(it.pauses).toBeGreaterThan(5);
  });

  test('a single SMS message', async () => {
    const it = contended('smsmessages');
    const { blobs, oldRows } = new MemoryStorage();
    const queues = { send: async () => expect.fail('nothing was written') };
    const context = createSmsReportContext({ tables: it.tables, blobs, oldRows, queues }, now);
    await expect(trackSentSms(context, SENDING, accepted('Outgoing_1'))).rejects.toMatchObject(contention);
    expect(it.pauses).toBe(it.seen.writes - 1);
  });

  test('a single SMS message whose status was emitted', async () => {
    const storage = new MemoryStorage();
    const queues = { send: async () => void overtakeAlways(storage.tables.table('smsmessages')) };
    const { tables, blobs, oldRows } = storage;
    const context = createSmsReportContext({ tables, blobs, oldRows, queues }, now);
    await trackSentSms(context, SENDING, accepted('Outgoing_1'));
    const report = { messageId: 'Outgoing_1', from: '', to: '', tag: '', details: '', receivedOn: NOW };
    await expect(recordSmsReport(context, { ...report, status: 'Delivered' })).rejects.toMatchObject(contention);
  });

  test('a named operation', async () => {
    const it = contended('answers');
    const claim = createAnswerLedger(it.tables).claim({ id: 'id', fingerprint: 'f' }, new Date(NOW));
    await expect(claim).rejects.toMatchObject(contention);
    expect(it.pauses).toBe(it.seen.writes - 1);
  });

  test('a chat identity, of which none is left behind', async () => {
    const it = contended('chatidentities');
    const identities = new Set<string>();
    const acs = fakeSession(({ method, path }) => {
      if (method === 'DELETE') {
        identities.delete(path.split('/')[2] ?? '');
        return { status: 204 };
      }
      const id = `user${acs.sent.length}`;
      identities.add(id);
      return { status: 201, body: { identity: { id } } };
    });
    const acting = createChatUsers(it.tables, () => new Date(NOW)).actAs(acs, { client: 'shop' }, async () => 'done');
    await expect(acting).rejects.toMatchObject(contention);
    expect(it.pauses).toBe(it.seen.writes - 1);
    expect([...identities]).toEqual([]);
  });
});
