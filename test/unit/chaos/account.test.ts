import { describe, expect, test } from 'vitest';
import type { SmsBatchResult } from '../../../shared/contract/smsBatch.ts';
import { accountText, type Books, isClean, reckon } from '../../chaos/account.ts';

const [ANNA, BEN] = ['+14255550101', '+14255550102'] as const;

const accepted = (to: string): SmsBatchResult => ({ to, state: 'accepted', messageId: `id of ${to}` });
const delivery = (to: string) => ({ to, messageId: `id of ${to}` });

/** Two recipients who got it, with something else about the second one. */
function books(changes: Partial<Books>): Books {
  const { results = [accepted(ANNA), accepted(BEN)] } = changes;
  const count = (state: string) => results.filter((result) => result.state === state).length;
  const counts = {
    total: 2,
    pending: count('pending'),
    accepted: count('accepted'),
    failed: count('failed'),
    inDoubt: count('inDoubt'),
    optedOut: count('optedOut'),
    canceled: count('canceled'),
    delivered: 0,
    undelivered: 0,
  };
  return { recipients: [ANNA, BEN], results, counts, delivered: [delivery(ANNA), delivery(BEN)], ...changes };
}

describe('the account of a batch', () => {
  test('is clean when everybody got it once', () => {
    const account = reckon(books({}));
    expect(account).toEqual({ duplicates: 0, lost: 0, inDoubt: 0, failed: 0, discrepancies: [] });
    expect(isClean(account)).toBe(true);
    expect(accountText(account)).toBe('duplicates 0, lost 0, inDoubt 0');
  });

  test.each([
    ['a second delivery', { delivered: [delivery(ANNA), delivery(BEN), delivery(BEN)] }, { duplicates: 1 }],
    ['no delivery of what is accepted', { delivered: [delivery(ANNA)] }, { lost: 1 }],
    ['nobody accounts for', { results: [accepted(ANNA)], delivered: [delivery(ANNA)] }, { lost: 1 }],
    [
      'still pending',
      { results: [accepted(ANNA), { to: BEN, state: 'pending' }], delivered: [delivery(ANNA)] },
      { lost: 1 },
    ],
    ['a failure that was delivered', { results: [accepted(ANNA), { to: BEN, state: 'failed' }] }, { failed: 1 }],
    ['another message id', { delivered: [delivery(ANNA), { to: BEN, messageId: 'another' }] }, {}],
    ['a stranger', { delivered: [delivery(ANNA), delivery(BEN), delivery('+14255550199')] }, {}],
    ['counts that differ', { counts: { ...books({}).counts, accepted: 1 } }, {}],
  ] satisfies [string, Partial<Books>, object][])('is not: %s', (_what, changes, expected) => {
    const account = reckon(books(changes));
    expect(account).toMatchObject(expected);
    expect(isClean(account)).toBe(false);
  });

  test.each([
    ['in doubt, and delivered', [delivery(ANNA), delivery(BEN)], 'inDoubt'],
    ['in doubt, and not delivered', [delivery(ANNA)], 'inDoubt'],
    ['failed, and not delivered', [delivery(ANNA)], 'failed'],
  ] as const)('is clean: %s', (_what, delivered, state) => {
    const account = reckon(books({ delivered, results: [accepted(ANNA), { to: BEN, state }] }));
    expect(isClean(account)).toBe(true);
    expect(account[state]).toBe(1);
  });
});
