import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueOf, type Mail, type OwedOutcome } from '../../../shared/email/emailRow.ts';
import { adopted, type Fact, merge, newMail, orphan } from '../../../shared/email/merge.ts';
import { fact, ID, NOW, OWNER, report } from './arbitraries.ts';

const fresh = newMail(ID, OWNER, NOW);
const learn = (mail: Mail, facts: readonly Fact[]) => facts.reduce((it, next) => merge(it, next, NOW + 5000), mail);
const known = ({ state, error, deliveries }: Mail) => ({ state, error, deliveries });
const ended = (status: 'Succeeded' | 'Failed', error = { code: 'EmailDropped', message: 'x' }): Fact => ({
  kind: 'seen',
  operation: { id: ID, status, error: status === 'Failed' ? error : null },
  retryAfterSeconds: undefined,
});
const reported = (status: 'Delivered' | 'Bounced' | 'Suppressed', attemptedOn = NOW): Fact => ({
  kind: 'reported',
  report: { messageId: ID, sender: 'x', recipient: 'anna@contoso.com', status, details: '', attemptedOn },
});

/** Facts, and the same ones in another order with some of them repeated. */
const twoOrders = fc.array(fact, { maxLength: 8 }).chain((facts) =>
  fc.tuple(
    fc.constant(facts),
    fc.tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.subarray(facts)).map((it) => it.flat()),
  ),
);

test('in any order, and however often, the same facts come to the same', () => {
  fc.assert(
    fc.property(twoOrders, ([one, other]) => {
      expect(known(learn(fresh, other))).toEqual(known(learn(fresh, one)));
    }),
  );
});

test('reports that come before the row come to the same as those that come after it', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 6 }), fc.nat(6), (reports, early) => {
      const facts = reports.map((it): Fact => ({ kind: 'reported', report: it }));
      const before = learn(orphan(ID, NOW), facts.slice(0, early));
      const late = learn(adopted(before, OWNER, NOW), facts.slice(early));
      const whole = learn(fresh, facts);
      expect(known(late)).toEqual(known(whole));
    }),
  );
});

test('no outcome is owed twice, and the state of a mail that has ended has been', () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 10 }), (facts) => {
      let mail = fresh;
      const owed: OwedOutcome[] = [];
      for (const next of facts) {
        const after = merge(mail, next, NOW);
        owed.push(...after.owed.filter((it) => !mail.owed.includes(it)));
        mail = after;
      }
      const ends = owed.flatMap((it) => ('recipient' in it ? [] : [it.result]));
      const expected = { Succeeded: 'succeeded', Failed: 'failed', Canceled: 'failed' }[String(mail.state)];
      expect(ends.filter((it) => it !== 'failed')).toEqual([...new Set(ends)].filter((it) => it !== 'failed'));
      if (expected) expect(ends).toContain(expected);
    }),
  );
});

describe('a report', () => {
  test('of a mail that was handed on ends it; a look that says the same adds nothing', () => {
    const delivered = merge(fresh, reported('Delivered'), NOW);
    expect(delivered.state).toBe('Succeeded');
    expect(delivered.owed.map(({ result }) => result)).toEqual(['delivered', 'succeeded']);
    expect(learn(delivered, [ended('Succeeded'), reported('Delivered')])).toEqual(delivered);
  });

  test('of a suppressed recipient says nothing of the whole mail', () => {
    const suppressed = merge(fresh, reported('Suppressed'), NOW);
    expect(suppressed).toMatchObject({ state: 'Sending', owed: [{ result: 'undelivered' }] });
    expect(merge(suppressed, ended('Failed'), NOW).state).toBe('Failed');
  });

  test('that is later counts, and one that came late does not', () => {
    const bounced = learn(fresh, [reported('Bounced', NOW + 10), reported('Delivered', NOW)]);
    expect(bounced.deliveries['anna@contoso.com']?.status).toBe('Bounced');
    expect(merge(bounced, reported('Delivered', NOW + 20), NOW).owed.at(-1)).toMatchObject({ result: 'delivered' });
  });

  test('that comes after a day still tells the end', () => {
    const unknown = merge(fresh, { kind: 'absent' }, NOW + 25 * 3_600_000);
    expect(unknown).toMatchObject({ state: 'Unknown', owed: [{ result: 'unknown' }] });
    expect(merge(unknown, reported('Delivered'), NOW).state).toBe('Succeeded');
  });
});

describe('what is next', () => {
  test('for a mail under way is a look, in the lane of its kind', () => {
    expect(dueOf(fresh)).toEqual({ lane: 'custom', on: NOW + 60_000 });
  });

  test('for one whose outcome is owed is to tell it; then nothing', () => {
    const failed = merge(fresh, ended('Failed'), NOW);
    expect(dueOf(failed)).toEqual({ lane: 'tell', on: NOW + 60_000 });
    expect(dueOf(merge(failed, { kind: 'told', outcomes: failed.owed }, NOW))).toBeUndefined();
  });

  test('for reports of nobody’s mail is to be forgotten after a day', () => {
    const nobodys = merge(orphan(ID, NOW), reported('Delivered'), NOW);
    expect(nobodys).toMatchObject({ owed: [], state: 'Succeeded' });
    expect(dueOf(nobodys)).toEqual({ lane: 'forget', on: NOW + 86_400_000 });
  });
});
