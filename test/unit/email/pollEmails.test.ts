import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { merge, newEmail } from '../../../shared/email/merge.ts';
import { pollEmails } from '../../../shared/email/pollEmails.ts';
import { recordEmailReport } from '../../../shared/email/recordFact.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { NOW, OWNER } from './arbitraries.ts';
import { type Reply, type Rig, rig, running } from './pollRig.ts';

/** Emails accepted one second apart, the last one now. */
async function accepted({ context, now }: Rig, count: number, more: object = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    const fact = { kind: 'accepted', operation: { id, status: 'Running' }, retryAfterSeconds: undefined } as const;
    const since = now - (count - index) * 1000;
    const email = newEmail(id, { ...OWNER, ...more }, since);
    await context.emails.change(id, () => merge(email, fact, since));
  }
  return ids;
}

describe('a run', () => {
  test('polls emails that are due, the longest due first, a few at a time, and emits their outcomes', async () => {
    const it = rig();
    const ids = await accepted(it, 100);
    it.now += 30_000; // the first 71 were sent a minute ago
    await pollEmails(it.context);
    const due = ids.slice(0, 70);
    expect(new Set(it.reads)).toEqual(new Set(due));
    const blockOf = (id: string) => Math.floor(it.reads.indexOf(id) / 8);
    expect(due.map(blockOf)).toEqual(due.map((_, index) => Math.floor(index / 8)));
    expect(it.mostAtATime).toBeLessThanOrEqual(8);
    expect(new Set(it.emitted)).toEqual(new Set(due.map((id) => `succeeded ${id}`)));
  });

  test('stops when the quota is used up; a later run continues', async () => {
    const it = rig(running, { readsPerMinute: 10 });
    const ids = await accepted(it, 25);
    it.now += 60_000;
    await pollEmails(it.context);
    await pollEmails(it.context);
    expect(it.reads).toHaveLength(10);
    it.now += 80_000;
    await pollEmails(it.context);
    expect(new Set(it.reads)).toEqual(new Set(ids.slice(0, 20)));
  });

  test('shares the quota with other processes, also after a restart', async () => {
    const storage = new MemoryStorage();
    const first = rig(running, { readsPerMinute: 10 }, storage);
    await accepted(first, 25);
    first.now += 60_000;
    await pollEmails(first.context);
    const second = rig(running, { readsPerMinute: 10 }, storage);
    second.now = first.now + 1000;
    await pollEmails(second.context);
    expect([first.reads.length, second.reads.length]).toEqual([10, 0]);
  });

  test('polls each kind of domain independently of the other', async () => {
    const it = rig(running, { readsPerMinute: 3 });
    await accepted(it, 20);
    await accepted(it, 5, { kind: 'managed' });
    it.now += 60_000;
    await pollEmails(it.context);
    expect(it.reads).toHaveLength(3 + 2);
  });

  test('with ten thousand open emails reads only a few at a time', async () => {
    const it = rig((id) => {
      it.now += 10; // each poll takes 10 ms
      return { body: { id, status: 'Running' } };
    });
    await accepted(it, 10_000);
    it.now += 60_000;
    const startedOn = it.now;
    await pollEmails(it.context);
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

  test('answers 429, polling pauses for as long as it says, and sending does not', async () => {
    const it = rig(failing(new SwitchboardError('TooManyRequests', 'slow', { retryAfterSeconds: 300 })));
    await accepted(it, 30);
    it.now += 60_000;
    await pollEmails(it.context);
    it.now += 299_000;
    await pollEmails(it.context);
    expect(it.reads).toHaveLength(8);
    expect(await it.context.senders.pausedUntil({ key: 'contoso.com', ratePerMinute: 1 })).toBe(0);
    it.now += 1000;
    await pollEmails(it.context);
    expect(it.reads).toHaveLength(16);
  });

  test('fails, the run stops after a few attempts, and each email is polled again a minute later', async () => {
    const it = rig(failing(new SwitchboardError('UpstreamUnavailable', 'down')));
    await accepted(it, 30);
    it.now += 60_000;
    await pollEmails(it.context);
    expect(it.reads).toHaveLength(8);
    await pollEmails(it.context);
    await pollEmails(it.context);
    expect(new Set(it.reads).size).toBe(it.reads.length); // none twice within a minute
  });

  test('sends Retry-After, the next poll waits for it', async () => {
    const it = rig((id) => ({ body: { id, status: 'Running' }, headers: { 'retry-after': '600' } }));
    await accepted(it, 1);
    it.now += 60_000;
    await pollEmails(it.context);
    for (let minute = 0; minute < 10; minute += 1) {
      it.now += 59_000;
      await pollEmails(it.context);
    }
    expect(it.reads).toHaveLength(1);
    it.now += 11_000;
    await pollEmails(it.context);
    expect(it.reads).toHaveLength(2);
  });

  test('reports no final status within a day, the status is unknown and polling ends', async () => {
    const it = rig(running);
    const [id] = await accepted(it, 1);
    for (let hour = 0; hour < 30; hour += 1) {
      it.now += 3_600_000;
      await pollEmails(it.context);
    }
    expect(it.emitted).toEqual([`unknown ${id}`]);
    expect(it.reads.length).toBeLessThanOrEqual(5);
  });
});

test('reports of an email that Switchboard did not send are deleted after a day', async () => {
  const it = rig();
  const id = randomUUID();
  const report = { messageId: id, sender: 'x@y.example', recipient: 'a@b.example', details: '', attemptedOn: NOW };
  expect(await recordEmailReport(it.context, { ...report, status: 'Delivered' })).toBe('unknown');
  it.now += 86_000_000;
  await pollEmails(it.context);
  expect(await it.context.emails.get(id)).toBeDefined();
  it.now += 400_001;
  await pollEmails(it.context);
  expect(await it.context.emails.get(id)).toBeUndefined();
  expect([it.reads, it.emitted]).toEqual([[], []]);
});
