import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { merge, newMail } from '../../../shared/email/merge.ts';
import { pollMails } from '../../../shared/email/poll.ts';
import { recordEmailReport } from '../../../shared/email/reports.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { NOW, OWNER } from './arbitraries.ts';
import { type Reply, type Rig, rig, running } from './pollrig.ts';

/** Mails that were accepted one second after the other, the last one now. */
async function accepted({ engine, now }: Rig, count: number, more: object = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    const fact = { kind: 'accepted', operation: { id, status: 'Running' }, retryAfterSeconds: undefined } as const;
    const since = now - (count - index) * 1000;
    const mail = newMail(id, { ...OWNER, ...more }, since);
    await engine.mails.change(id, () => merge(mail, fact, since));
  }
  return ids;
}

describe('a run', () => {
  test('looks at what is due, the longest due first, a few at a time, and tells the ends', async () => {
    const it = rig();
    const ids = await accepted(it, 100);
    it.now += 30_000; // the first 71 were sent a minute ago
    await pollMails(it.engine);
    const due = ids.slice(0, 70);
    expect(new Set(it.reads)).toEqual(new Set(due));
    const blockOf = (id: string) => Math.floor(it.reads.indexOf(id) / 8);
    expect(due.map(blockOf)).toEqual(due.map((_, index) => Math.floor(index / 8)));
    expect(it.mostAtATime).toBeLessThanOrEqual(8);
    expect(new Set(it.told)).toEqual(new Set(due.map((id) => `succeeded ${id}`)));
  });

  test('ends with the quota; the next minute goes on where it stood', async () => {
    const it = rig(running, { readsPerMinute: 10 });
    const ids = await accepted(it, 25);
    it.now += 60_000;
    await pollMails(it.engine);
    await pollMails(it.engine);
    expect(it.reads).toHaveLength(10);
    it.now += 80_000;
    await pollMails(it.engine);
    expect(new Set(it.reads)).toEqual(new Set(ids.slice(0, 20)));
  });

  test('keeps the quota also in another process, after a restart', async () => {
    const storage = new MemoryStorage();
    const first = rig(running, { readsPerMinute: 10 }, storage);
    await accepted(first, 25);
    first.now += 60_000;
    await pollMails(first.engine);
    const second = rig(running, { readsPerMinute: 10 }, storage);
    second.now = first.now + 1000;
    await pollMails(second.engine);
    expect([first.reads.length, second.reads.length]).toEqual([10, 0]);
  });

  test('lets no kind of domain stand in the way of the other', async () => {
    const it = rig(running, { readsPerMinute: 3 });
    await accepted(it, 20);
    await accepted(it, 5, { kind: 'managed' });
    it.now += 60_000;
    await pollMails(it.engine);
    expect(it.reads).toHaveLength(3 + 2);
  });

  test('with ten thousand open mails holds only a few of them', async () => {
    const it = rig((id) => {
      it.now += 10; // each look takes its time
      return { body: { id, status: 'Running' } };
    });
    await accepted(it, 10_000);
    it.now += 60_000;
    const startedOn = it.now;
    await pollMails(it.engine);
    expect(it.now - startedOn).toBeLessThanOrEqual(20_000);
    expect(it.mostAtATime).toBeLessThanOrEqual(8);
    expect(it.reads.length).toBeGreaterThan(700);
    expect(it.reads.length).toBeLessThan(1000);
  }, 120_000);
});

describe('when ACS', () => {
  const failing =
    (error: SwitchboardError): Reply =>
    () => {
      throw error;
    };

  test('says 429, polling pauses as long as it says, and sending does not', async () => {
    const it = rig(failing(new SwitchboardError('TooManyRequests', 'slow', { retryAfterSeconds: 300 })));
    await accepted(it, 30);
    it.now += 60_000;
    await pollMails(it.engine);
    it.now += 299_000;
    await pollMails(it.engine);
    expect(it.reads).toHaveLength(8);
    expect(await it.engine.senders.pausedUntil({ key: 'contoso.com', ratePerMinute: 1 })).toBe(0);
    it.now += 1000;
    await pollMails(it.engine);
    expect(it.reads).toHaveLength(16);
  });

  test('fails, it is left alone after a few tries, and asked again a minute later', async () => {
    const it = rig(failing(new SwitchboardError('UpstreamUnavailable', 'down')));
    await accepted(it, 30);
    it.now += 60_000;
    await pollMails(it.engine);
    expect(it.reads).toHaveLength(8);
    await pollMails(it.engine);
    await pollMails(it.engine);
    expect(new Set(it.reads).size).toBe(it.reads.length); // none of them again so soon
  });

  test('asks for patience, the next look waits for it', async () => {
    const it = rig((id) => ({ body: { id, status: 'Running' }, headers: { 'retry-after': '600' } }));
    await accepted(it, 1);
    it.now += 60_000;
    await pollMails(it.engine);
    for (let minute = 0; minute < 10; minute += 1) {
      it.now += 59_000;
      await pollMails(it.engine);
    }
    expect(it.reads).toHaveLength(1);
    it.now += 11_000;
    await pollMails(it.engine);
    expect(it.reads).toHaveLength(2);
  });

  test('never tells the end, nobody knows after a day, and it is not asked any more', async () => {
    const it = rig(running);
    const [id] = await accepted(it, 1);
    for (let hour = 0; hour < 30; hour += 1) {
      it.now += 3_600_000;
      await pollMails(it.engine);
    }
    expect(it.told).toEqual([`unknown ${id}`]);
    expect(it.reads.length).toBeLessThanOrEqual(5);
  });
});

test('reports of nobody’s mail are kept for a day, and then forgotten', async () => {
  const it = rig();
  const id = randomUUID();
  const report = { messageId: id, sender: 'x@y.example', recipient: 'a@b.example', details: '', attemptedOn: NOW };
  expect(await recordEmailReport(it.engine, { ...report, status: 'Delivered' })).toBe('unknown');
  it.now += 86_000_000;
  await pollMails(it.engine);
  expect(await it.engine.mails.get(id)).toBeDefined();
  it.now += 400_001;
  await pollMails(it.engine);
  expect(await it.engine.mails.get(id)).toBeUndefined();
  expect([it.reads, it.told]).toEqual([[], []]);
});
