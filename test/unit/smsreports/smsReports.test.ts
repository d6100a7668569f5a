import { describe, expect, test } from 'vitest';
import type { SmsReport } from '../../../shared/smsreports/smsMessage.ts';
import {
  createSmsReportContext,
  findDeliveryReport,
  recordSmsReport,
  trackSentSms,
} from '../../../shared/smsreports/smsReports.ts';
import type { Queues } from '../../../shared/storage/queues.ts';
import { allRows } from '../../../shared/storage/tables.ts';
import { hideNextWrite } from '../../setup/hiddenWrite.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { accepted, emittedReports, SENDING, TO } from './fixtures.ts';

const ID = 'Outgoing_1';
/** From `printf Outgoing_1 | sha1sum | cut -c1-2`. */
const PARTITION = 'e3';

function world() {
  const storage = new MemoryStorage();
  const it: { now: number; isQueueDown: boolean } = { now: 1_000_000, isQueueDown: false };
  const queues: Queues = {
    send: async (...message) => {
      if (it.isQueueDown) throw new Error('the queue is down');
      await storage.queues.send(...message);
    },
  };
  const { tables, blobs, oldRows } = storage;
  const context = createSmsReportContext({ tables, blobs, oldRows, queues }, () => it.now);
  return {
    ...{ it, context, storage },
    emitted: () => emittedReports(storage),
    report: (status: SmsReport['status'], receivedOn: number) =>
      recordSmsReport(context, { messageId: ID, from: '', to: '', tag: '', details: '', status, receivedOn }),
    send: () => trackSentSms(context, SENDING, accepted(ID)),
    find: (client = 'shop', messageId = ID) => findDeliveryReport(context, client, messageId),
  };
}

const notFound = { code: 'NotFound', target: 'messageId' };

describe('a sent message', () => {
  test('is found by its client only', async () => {
    const { find, send } = world();
    await send();
    const { from, tag } = SENDING;
    expect(await find()).toEqual({ messageId: ID, from, to: TO, deliveryStatus: 'Pending', tag });
    await expect(find('office')).rejects.toMatchObject(notFound);
    await expect(find('shop', 'Outgoing_2')).rejects.toMatchObject(notFound);
  });

  test('is tracked for each recipient that ACS accepted', async () => {
    const { context, find } = world();
    const { value } = accepted('Outgoing_1', 'Out/going\\2 #?%');
    const refused = { to: TO, httpStatusCode: 400, successful: false };
    await trackSentSms(context, SENDING, { value: [...value, refused, { ...refused, messageId: 'Outgoing_3' }] });
    expect(await find('shop', 'Out/going\\2 #?%')).toMatchObject({ to: TO });
    await expect(find('shop', 'Outgoing_3')).rejects.toMatchObject(notFound);
  });

  test('with a tag that does not fit into a row has the beginning of it', async () => {
    const { context, find } = world();
    await trackSentSms(context, { ...SENDING, tag: 't'.repeat(40_000) }, accepted(ID));
    expect((await find()).tag).toBe('t'.repeat(2000));
  });

  test('is stored under the column names of the first version', async () => {
    const { report, send, storage } = world();
    await send();
    await report('Delivered', 1);
    const rows = await allRows(storage.tables.table('smsmessages').list(PARTITION, { from: '', before: '~' }));
    expect(rows.map(({ rowKey, values }) => ({ rowKey, ...values }))).toEqual([
      {
        ...{ rowKey: ID, sending: JSON.stringify({ ...SENDING, to: TO }), told: 'Delivered' },
        report: JSON.stringify({ status: 'Delivered', details: '', receivedOn: 1 }),
        ...{ tellingUntil: 1_010_000, emitter: expect.any(String) },
      },
    ]);
  });
});

describe('the status of a report', () => {
  test('is emitted if the write before has taken effect, but its response was lost', async () => {
    const { storage, emitted, report, send } = world();
    await send();
    hideNextWrite(storage, 'smsmessages');
    await report('Delivered', 1);
    expect(emitted()).toHaveLength(1);
  });

  test('is emitted once, however often the report arrives', async () => {
    const { it, emitted, report, send } = world();
    await send();
    expect(await report('Delivered', 1)).toBe('recorded');
    it.now += 1_000_000;
    expect(await report('Delivered', 1)).toBe('recorded');
    expect(await report('Delivered', 2)).toBe('recorded');
    expect(emitted()).toEqual([`${ID} Delivered 1`]);
  });

  test('that differs from the last one is emitted too, unless a final one was emitted', async () => {
    const { emitted, report, find, send } = world();
    await send();
    await report('Failed', 5);
    await report('Delivered', 3);
    await report('Failed', 9);
    expect(emitted()).toEqual([`${ID} Failed 5`, `${ID} Delivered 3`]);
    expect(await find()).toMatchObject({ deliveryStatus: 'Delivered', receivedTimestamp: new Date(3).toISOString() });
  });

  test('that arrives before its message is stored, and emitted with it', async () => {
    const { emitted, report, find, send } = world();
    expect(await report('Failed', 1)).toBe('unknown');
    expect(await report('Delivered', 2)).toBe('unknown');
    expect(emitted()).toEqual([]);
    await expect(find()).rejects.toMatchObject(notFound);
    await send();
    expect(emitted()).toEqual([`${ID} Delivered 2`]);
    expect(await find()).toMatchObject({ receivedTimestamp: new Date(2).toISOString() });
  });

  test('that could not be emitted is emitted when its report is redelivered', async () => {
    const { it, emitted, report, find, send } = world();
    await send();
    it.isQueueDown = true;
    await expect(report('Delivered', 1)).rejects.toThrow('the queue is down');
    expect(await find()).toMatchObject({ deliveryStatus: 'Delivered' });
    it.isQueueDown = false;
    it.now += 15_000;
    await report('Delivered', 1);
    await report('Delivered', 1);
    expect(emitted()).toEqual([`${ID} Delivered 1`]);
  });

  test('is emitted by one of several reports that arrive at the same time', async () => {
    const { emitted, report, send } = world();
    await send();
    await Promise.all([report('Delivered', 1), report('Delivered', 1), report('Delivered', 2)]);
    expect(emitted()).toHaveLength(1);
  });
});
