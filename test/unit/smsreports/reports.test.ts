import { describe, expect, test } from 'vitest';
import type { SmsReport } from '../../../shared/smsreports/message.ts';
import { createSmsReports } from '../../../shared/smsreports/reports.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { accepted, SENDING, TO } from './fixtures.ts';

const ID = 'Outgoing_1';

function world() {
  const storage = new MemoryStorage();
  const told: string[] = [];
  const it: { now: number; tellingFails: boolean } = { now: 1_000_000, tellingFails: false };
  const reports = createSmsReports({
    tables: storage.tables,
    now: () => it.now,
    tell: async (messageId, { report }) => {
      if (it.tellingFails) throw new Error('the queue is down');
      told.push(`${messageId} ${report.status} ${report.receivedOn}`);
    },
  });
  const report = (status: SmsReport['status'], receivedOn: number, messageId = ID) =>
    reports.record({ messageId, from: '', to: '', tag: '', details: '', status, receivedOn });
  return { it, told, reports, report, send: () => reports.follow(SENDING, accepted(ID)) };
}

describe('a message that was sent', () => {
  test('is known to its client only', async () => {
    const { reports, send } = world();
    await send();
    expect(await reports.find('shop', ID)).toEqual({ sending: { ...SENDING, to: TO }, report: undefined });
    expect(await reports.find('office', ID)).toBeUndefined();
    expect(await reports.find('shop', 'Outgoing_2')).toBeUndefined();
  });

  test('is followed for each recipient that ACS took', async () => {
    const { reports } = world();
    const { value } = accepted('Outgoing_1', 'Out/going\\2 #?%');
    const refused = { to: TO, httpStatusCode: 400, successful: false };
    await reports.follow(SENDING, { value: [...value, refused, { ...refused, messageId: 'Outgoing_3' }] });
    expect(await reports.find('shop', 'Out/going\\2 #?%')).toBeDefined();
    expect(await reports.find('shop', 'Outgoing_3')).toBeUndefined();
  });

  test('whose tag would not fit into a row has the beginning of it', async () => {
    const { reports } = world();
    await reports.follow({ ...SENDING, tag: 't'.repeat(40_000) }, accepted(ID));
    expect((await reports.find('shop', ID))?.sending.tag).toBe('t'.repeat(2000));
  });
});

describe('a report', () => {
  test('is told once, however often it comes', async () => {
    const { it, told, report, send } = world();
    await send();
    expect(await report('Delivered', 1)).toBe('recorded');
    it.now += 1_000_000;
    expect(await report('Delivered', 1)).toBe('recorded');
    expect(await report('Delivered', 2)).toBe('recorded');
    expect(told).toEqual([`${ID} Delivered 1`]);
  });

  test('that is another one than before is told too, unless it came too late', async () => {
    const { told, report, reports, send } = world();
    await send();
    await report('Failed', 5);
    await report('Delivered', 3);
    await report('Failed', 9);
    expect(told).toEqual([`${ID} Failed 5`, `${ID} Delivered 3`]);
    expect(await reports.find('shop', ID)).toMatchObject({ report: { status: 'Delivered', receivedOn: 3 } });
  });

  test('that comes before its message is kept, and told with it', async () => {
    const { told, report, reports, send } = world();
    expect(await report('Failed', 1)).toBe('unknown');
    expect(await report('Delivered', 2)).toBe('unknown');
    expect(told).toEqual([]);
    expect(await reports.find('shop', ID)).toBeUndefined();
    await send();
    expect(told).toEqual([`${ID} Delivered 2`]);
  });

  test('that could not be told is told when it comes again', async () => {
    const { it, told, report, reports, send } = world();
    await send();
    it.tellingFails = true;
    await expect(report('Delivered', 1)).rejects.toThrow('the queue is down');
    expect(await reports.find('shop', ID)).toMatchObject({ report: { status: 'Delivered' } });
    it.tellingFails = false;
    it.now += 15_000;
    await report('Delivered', 1);
    await report('Delivered', 1);
    expect(told).toEqual([`${ID} Delivered 1`]);
  });

  test('is told by one of those that bring it at the same time', async () => {
    const { told, report, send } = world();
    await send();
    await Promise.all([report('Delivered', 1), report('Delivered', 1), report('Delivered', 2)]);
    expect(told).toHaveLength(1);
  });
});
