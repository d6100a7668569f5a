import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Mail } from '../../../shared/email/emailRow.ts';
import type { EmailEngine } from '../../../shared/email/engine.ts';
import { merge, newMail } from '../../../shared/email/merge.ts';
import { pollMails } from '../../../shared/email/poll.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { NOW, OWNER } from './arbitraries.ts';
import { type Rig, rig } from './pollrig.ts';

const MINUTE = 60_000;

async function poll(engine: EmailEngine): Promise<string[]> {
  const lines: string[] = [];
  await withFailureLog(
    (what, error) => void lines.push(`${what}: ${String(error)}`),
    () => pollMails(engine),
  );
  return lines;
}

/** Emails that ACS has taken, one after the other, all due. */
async function running(it: Rig, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    await it.engine.mails.change(id, () => newMail(id, OWNER, NOW - 10 * MINUTE + index));
  }
  return ids;
}

/** Emails of which something is owed, all due. */
async function owing(it: Rig, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    const since = NOW - 10 * MINUTE + index;
    const operation = { id, status: 'Succeeded' as const };
    const mail = merge(newMail(id, OWNER, since), { kind: 'seen', operation, retryAfterSeconds: 0 }, since);
    await it.engine.mails.change(id, () => mail);
  }
  return ids;
}

const mailOf = async ({ engine }: Rig, id: string): Promise<Mail | undefined> => (await engine.mails.get(id))?.mail;

describe('an outcome that cannot be emitted', () => {
  /** The first ten cannot. */
  async function poisoned() {
    const it = rig();
    const ids = await owing(it, 20);
    const bad = ids.slice(0, 10);
    const tries: string[] = [];
    const tell: EmailEngine['tell'] = async (mail, outcome) => {
      tries.push(mail.id);
      if (bad.includes(mail.id)) throw new Error('no such queue');
      await it.engine.tell(mail, outcome);
    };
    return { it, ids, bad, tries, engine: { ...it.engine, tell } };
  }

  test('keeps none of the others, and is logged with the id of its email', async () => {
    const { it, ids, bad, engine } = await poisoned();
    expect(new Set(await poll(engine))).toEqual(
      new Set(bad.map((id) => `Email ${id} cannot be handled: Error: no such queue`)),
    );
    expect(new Set(it.told)).toEqual(new Set(ids.slice(10).map((id) => `succeeded ${id}`)));
  });

  test('is logged even if storage fails, too', async () => {
    const { bad, engine } = await poisoned();
    const change = () => Promise.reject(new Error('storage is down'));
    const lines = await poll({ ...engine, mails: { ...engine.mails, change } });
    for (const id of bad) {
      expect(lines).toContain(`Email ${id} cannot be handled: Error: no such queue`);
      expect(lines).toContain(`Email ${id} cannot be handled: Error: storage is down`);
    }
  });

  test('is tried again later and later, up to a quarter of an hour, and then emitted', async () => {
    const { it, bad, tries, engine } = await poisoned();
    const [id = ''] = bad;
    const triedOn: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      tries.length = 0;
      await poll(engine);
      if (tries.includes(id)) triedOn.push(minute);
      it.now += MINUTE;
    }
    expect(triedOn).toEqual([0, 11, 27, 43, 59]); // what is due in this very moment is so for the next run
    it.now += 15 * MINUTE;
    expect(await poll(it.engine)).toEqual([]);
    expect(it.told).toContain(`succeeded ${id}`);
  });

  test('keeps no other outcome of its email, which are not emitted again', async () => {
    const it = rig();
    const [id = ''] = await owing(it, 1);
    const mail = await mailOf(it, id);
    const report = { messageId: id, sender: OWNER.sender, status: 'Bounced', details: '', attemptedOn: NOW } as const;
    const reported = ['a@b.example', 'c@b.example'].reduce<Mail | undefined>(
      (known, recipient) =>
        known && merge(known, { kind: 'reported', report: { ...report, recipient } }, NOW - 2 * MINUTE),
      mail,
    );
    await it.engine.mails.change(id, () => reported);
    const tell: EmailEngine['tell'] = async (owner, outcome) => {
      if ('recipient' in outcome && outcome.recipient === 'a@b.example') throw new Error('too large');
      await it.engine.tell(owner, outcome);
    };
    expect(await poll({ ...it.engine, tell })).toEqual([`Email ${id} cannot be handled: Error: too large`]);
    expect(it.told).toEqual([`succeeded ${id}`, `undelivered ${id}`]);
    it.now += 30 * MINUTE;
    await poll(it.engine);
    expect(it.told).toEqual([`succeeded ${id}`, `undelivered ${id}`, `undelivered ${id}`]);
  });
});

describe('an email that cannot be handled', () => {
  test('when it cannot be read keeps none of the others', async () => {
    const it = rig();
    const ids = await running(it, 20);
    const { mails } = it.engine;
    const bad = ids.slice(0, 10);
    const get: typeof mails.get = (id) =>
      bad.includes(id) ? Promise.reject(new SyntaxError('Unexpected token')) : mails.get(id);
    const lines = await poll({ ...it.engine, mails: { ...mails, get } });
    expect(lines).toEqual(bad.map((id) => `Email ${id} cannot be handled: SyntaxError: Unexpected token`));
    expect(new Set(it.reads)).toEqual(new Set(ids.slice(10)));
  });

  test('when it is looked at is put off, and says nothing of ACS', async () => {
    const it = rig();
    const ids = await running(it, 40);
    const bad = ids.slice(0, 30);
    const acs: EmailEngine['acs'] = (id) => {
      if (bad.includes(id)) throw new TypeError('x is not a function');
      return it.engine.acs(id);
    };
    const lines = await poll({ ...it.engine, acs });
    expect(lines).toHaveLength(30);
    expect(new Set(it.reads)).toEqual(new Set(ids.slice(30)));
    expect((await mailOf(it, bad[0] ?? ''))?.nextLookOn).toBe(NOW + 5 * MINUTE);
    expect(await poll({ ...it.engine, acs })).toEqual([]);
  });

  test('when it cannot even be put off keeps none of the others', async () => {
    const it = rig();
    const ids = await running(it, 40);
    const bad = ids.slice(0, 30);
    const { mails } = it.engine;
    const change: typeof mails.change = (id, next) =>
      bad.includes(id) ? Promise.reject(new Error('the row is too large')) : mails.change(id, next);
    await poll({ ...it.engine, mails: { ...mails, change } });
    expect(it.told).toHaveLength(10);
  });
});

test('a lane that cannot be listed keeps no other, and fails the run', async () => {
  const it = rig();
  const ids = await owing(it, 3);
  const { mails } = it.engine;
  const due: typeof mails.due = (lane, ...range) =>
    lane === 'custom' ? Promise.reject(new Error('storage is down')) : mails.due(lane, ...range);
  await expect(poll({ ...it.engine, mails: { ...mails, due } })).rejects.toThrow('storage is down');
  expect(it.told).toHaveLength(ids.length);
});
