import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Email, type EmailOutcome, nextStep } from '../../../shared/email/email.ts';
import { type Fact, merge, newEmail, withOwner, withoutOwner } from '../../../shared/email/merge.ts';
import { fact, ID, NOW, OWNER, report } from './arbitraries.ts';

const fresh = newEmail(ID, OWNER, NOW);
const learn = (email: Email, facts: readonly Fact[]) => facts.reduce((it, next) => merge(it, next, NOW + 5000), email);
const known = ({ state, error, deliveries }: Email) => ({ state, error, deliveries });
const ended = (status: 'Succeeded' | 'Failed', error = { code: 'EmailDropped', message: 'x' }): Fact => ({
  kind: 'polled',
  operation: { id: ID, status, error: status === 'Failed' ? error : null },
  retryAfterSeconds: undefined,
});
const reported = (status: 'Delivered' | 'Bounced' | 'Suppressed', attemptedOn = NOW): Fact => ({
  kind: 'reported',
  report: { messageId: ID, sender: 'x', recipient: 'anna@contoso.com', status, details: '', attemptedOn },
});

/** Facts, and the same facts in another order with some of them repeated. */
const twoOrders = fc.array(fact, { maxLength: 8 }).chain((facts) =>
  fc.tuple(
    fc.constant(facts),
    fc.tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.subarray(facts)).map((it) => it.flat()),
  ),
);

test('the result does not depend on the order of facts or on repetitions', () => {
  fc.assert(
    fc.property(twoOrders, ([one, other]) => {
      expect(known(learn(fresh, other))).toEqual(known(learn(fresh, one)));
    }),
  );
});

test('reports that arrive before the row have the same result as those that arrive after it', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 6 }), fc.nat(6), (reports, early) => {
      const facts = reports.map((it): Fact => ({ kind: 'reported', report: it }));
      const before = learn(withoutOwner(ID, NOW), facts.slice(0, early));
      const late = learn(withOwner(before, OWNER, NOW), facts.slice(early));
      const whole = learn(fresh, facts);
      expect(known(late)).toEqual(known(whole));
    }),
  );
});

test('no outcome becomes pending twice, and a final state has become pending', () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 10 }), (facts) => {
      let email = fresh;
      const pending: EmailOutcome[] = [];
      for (const next of facts) {
        const after = merge(email, next, NOW);
        pending.push(...after.pending.filter((it) => !email.pending.includes(it)));
        email = after;
      }
      const ends = pending.flatMap((it) => ('recipient' in it ? [] : [it.result]));
      const expected = { Succeeded: 'succeeded', Failed: 'failed', Canceled: 'failed' }[String(email.state)];
      expect(ends.filter((it) => it !== 'failed')).toEqual([...new Set(ends)].filter((it) => it !== 'failed'));
      if (expected) expect(ends).toContain(expected);
    }),
  );
});

describe('a report', () => {
  test('that proves that ACS sent the email makes it succeed; a poll with the same result adds nothing', () => {
    const delivered = merge(fresh, reported('Delivered'), NOW);
    expect(delivered.state).toBe('Succeeded');
    expect(delivered.pending.map(({ result }) => result)).toEqual(['delivered', 'succeeded']);
    expect(learn(delivered, [ended('Succeeded'), reported('Delivered')])).toEqual(delivered);
  });

  test('of a suppressed recipient does not change the state of the email', () => {
    const suppressed = merge(fresh, reported('Suppressed'), NOW);
    expect(suppressed).toMatchObject({ state: 'Sending', pending: [{ result: 'undelivered' }] });
    expect(merge(suppressed, ended('Failed'), NOW).state).toBe('Failed');
  });

  test('of a later attempt counts, even if that of an earlier one arrives after it', () => {
    const bounced = learn(fresh, [reported('Bounced', NOW + 10), reported('Delivered', NOW)]);
    expect(bounced.deliveries['anna@contoso.com']?.status).toBe('Bounced');
    expect(merge(bounced, reported('Delivered', NOW + 20), NOW).pending.at(-1)).toMatchObject({ result: 'delivered' });
  });

  test('that arrives after a day still gives the final state', () => {
    const unknown = merge(fresh, { kind: 'notFound' }, NOW + 25 * 3_600_000);
    expect(unknown).toMatchObject({ state: 'Unknown', pending: [{ result: 'unknown' }] });
    expect(merge(unknown, reported('Delivered'), NOW).state).toBe('Succeeded');
  });
});

describe('the next step', () => {
  test('of an email in progress is a poll, in the lane of its domain kind', () => {
    expect(nextStep(fresh)).toEqual({ lane: 'custom', on: NOW + 60_000 });
  });

  test('of an email with a pending outcome is to emit it; then nothing is left', () => {
    const failed = merge(fresh, ended('Failed'), NOW);
    expect(nextStep(failed)).toEqual({ lane: 'emit', on: NOW + 60_000 });
    expect(nextStep(merge(failed, { kind: 'emitted', outcomes: failed.pending }, NOW))).toBeUndefined();
  });

  test('of reports without an owner is deletion after a day', () => {
    const unowned = merge(withoutOwner(ID, NOW), reported('Delivered'), NOW);
    expect(unowned).toMatchObject({ pending: [], state: 'Succeeded' });
    expect(nextStep(unowned)).toEqual({ lane: 'delete', on: NOW + 86_400_000 });
  });
});
