import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type OutcomeEvent, outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import type { Email } from '../../../shared/email/email.ts';
import type { EmailContext } from '../../../shared/email/emailContext.ts';
import { merge, newEmail } from '../../../shared/email/merge.ts';
import { pollEmails } from '../../../shared/email/pollEmails.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { NOW, OWNER } from './arbitraries.ts';
import { emailIdIn, type Rig, rig } from './pollRig.ts';

const MINUTE = 60_000;

async function poll(context: EmailContext): Promise<string[]> {
  const lines: string[] = [];
  await withFailureLog(
    (what, error) => void lines.push(`${what}: ${String(error)}`),
    () => pollEmails(context),
  );
  return lines;
}

/** Emails that ACS has accepted, all due. */
async function running(it: Rig, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    await it.context.emails.change(id, () => newEmail(id, OWNER, NOW - 10 * MINUTE + index));
  }
  return ids;
}

/** Emails with a pending outcome, all due. */
async function pendingEmails(it: Rig, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    const since = NOW - 10 * MINUTE + index;
    const operation = { id, status: 'Succeeded' as const };
    const email = merge(newEmail(id, OWNER, since), { kind: 'polled', operation, retryAfterSeconds: 0 }, since);
    await it.context.emails.change(id, () => email);
  }
  return ids;
}

const emailOf = ({ context }: Rig, id: string): Promise<Email | undefined> => context.emails.get(id);

/** A context whose outcome queue refuses events. @param reason why it refuses one; undefined if it accepts the event */
function refusing(context: EmailContext, reason: (event: OutcomeEvent) => string | undefined): EmailContext {
  const { storage } = context;
  const send: typeof storage.queues.send = async (queue, text, options) => {
    const message = reason(outcomeEvent.parse(JSON.parse(text)));
    if (message !== undefined) throw new Error(message);
    await storage.queues.send(queue, text, options);
  };
  const { blobs, tables, oldRows } = storage;
  return { ...context, storage: { blobs, tables, oldRows, queues: { send } } };
}

describe('an outcome that cannot be emitted', () => {
  /** The outcomes of the first ten emails cannot be emitted. */
  async function poisoned() {
    const it = rig();
    const ids = await pendingEmails(it, 20);
    const bad = ids.slice(0, 10);
    const tries: string[] = [];
    const context = refusing(it.context, ({ data }) => {
      tries.push(emailIdIn(data));
      return bad.includes(emailIdIn(data)) ? 'no such queue' : undefined;
    });
    return { it, ids, bad, tries, context };
  }

  test('does not hold up the others, and is logged with the id of its email', async () => {
    const { it, ids, bad, context } = await poisoned();
    expect(new Set(await poll(context))).toEqual(
      new Set(bad.map((id) => `Email ${id} cannot be handled: Error: no such queue`)),
    );
    expect(new Set(it.emitted)).toEqual(new Set(ids.slice(10).map((id) => `succeeded ${id}`)));
  });

  test('is logged even if storage fails too', async () => {
    const { bad, context } = await poisoned();
    const change = () => Promise.reject(new Error('storage is down'));
    const lines = await poll({ ...context, emails: { ...context.emails, change } });
    for (const id of bad) {
      expect(lines).toContain(`Email ${id} cannot be handled: Error: no such queue`);
      expect(lines).toContain(`Email ${id} cannot be handled: Error: storage is down`);
    }
  });

  test('is retried less and less often, at least every 15 minutes, until it is emitted', async () => {
    const { it, bad, tries, context } = await poisoned();
    const [id = ''] = bad;
    const triedOn: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      tries.length = 0;
      await poll(context);
      if (tries.includes(id)) triedOn.push(minute);
      it.now += MINUTE;
    }
    expect(triedOn).toEqual([0, 11, 27, 43, 59]); // an email that is due at this very moment waits for the next run
    it.now += 15 * MINUTE;
    expect(await poll(it.context)).toEqual([]);
    expect(it.emitted).toContain(`succeeded ${id}`);
  });

  test('does not hold up other outcomes of its email, which are not emitted again', async () => {
    const it = rig();
    const [id = ''] = await pendingEmails(it, 1);
    const email = await emailOf(it, id);
    const report = { messageId: id, sender: OWNER.sender, status: 'Bounced', details: '', attemptedOn: NOW } as const;
    const reported = ['a@b.example', 'c@b.example'].reduce<Email | undefined>(
      (known, recipient) =>
        known && merge(known, { kind: 'reported', report: { ...report, recipient } }, NOW - 2 * MINUTE),
      email,
    );
    await it.context.emails.change(id, () => reported);
    const context = refusing(it.context, ({ data }) =>
      JSON.stringify(data).includes('a@b.example') ? 'too large' : undefined,
    );
    expect(await poll(context)).toEqual([`Email ${id} cannot be handled: Error: too large`]);
    expect(it.emitted).toEqual([`succeeded ${id}`, `undelivered ${id}`]);
    it.now += 30 * MINUTE;
    await poll(it.context);
    expect(it.emitted).toEqual([`succeeded ${id}`, `undelivered ${id}`, `undelivered ${id}`]);
  });
});

describe('an email that cannot be handled', () => {
  test('because it cannot be read does not hold up the others', async () => {
    const it = rig();
    const ids = await running(it, 20);
    const { emails } = it.context;
    const bad = ids.slice(0, 10);
    const get: typeof emails.get = (id) =>
      bad.includes(id) ? Promise.reject(new SyntaxError('Unexpected token')) : emails.get(id);
    const lines = await poll({ ...it.context, emails: { ...emails, get } });
    expect(lines).toEqual(bad.map((id) => `Email ${id} cannot be handled: SyntaxError: Unexpected token`));
    expect(new Set(it.reads)).toEqual(new Set(ids.slice(10)));
  });

  test('because of an error of ours is put off, and does not count as a failure of ACS', async () => {
    const it = rig();
    const ids = await running(it, 40);
    const bad = ids.slice(0, 30);
    const acs: EmailContext['acs'] = (id) => {
      if (bad.includes(id)) throw new TypeError('x is not a function');
      return it.context.acs(id);
    };
    const lines = await poll({ ...it.context, acs });
    expect(lines).toHaveLength(30);
    expect(new Set(it.reads)).toEqual(new Set(ids.slice(30)));
    expect((await emailOf(it, bad[0] ?? ''))?.nextPollOn).toBe(NOW + 5 * MINUTE);
    expect(await poll({ ...it.context, acs })).toEqual([]);
  });

  test('and cannot be put off does not hold up the others', async () => {
    const it = rig();
    const ids = await running(it, 40);
    const bad = ids.slice(0, 30);
    const { emails } = it.context;
    const change: typeof emails.change = (id, next) =>
      bad.includes(id) ? Promise.reject(new Error('the row is too large')) : emails.change(id, next);
    await poll({ ...it.context, emails: { ...emails, change } });
    expect(it.emitted).toHaveLength(10);
  });
});

test('a lane that cannot be listed does not hold up the others, and fails the run', async () => {
  const it = rig();
  const ids = await pendingEmails(it, 3);
  const { emails } = it.context;
  const due: typeof emails.due = (lane, ...range) =>
    lane === 'custom' ? Promise.reject(new Error('storage is down')) : emails.due(lane, ...range);
  await expect(poll({ ...it.context, emails: { ...emails, due } })).rejects.toThrow('storage is down');
  expect(it.emitted).toHaveLength(ids.length);
});
