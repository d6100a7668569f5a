import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../../../../infra/local/acs-emulator/email/emailOutcome.ts';
import { type Rig, SEND_EMAIL, startRig } from './harness.ts';

const of = (...addresses: string[]) => outcomeOf({ addresses });
const at = (word: string) => `${word}@example.com`;

describe('outcomeOf', () => {
  test.each([
    ['bounced', 'Bounced'],
    ['suppressed', 'Suppressed'],
    ['quarantined', 'Quarantined'],
    ['spam', 'FilteredSpam'],
    ['undeliverable', 'Failed'],
    ['late', 'Delivered'],
    ['anna', 'Delivered'],
    ['bouncedx', 'Delivered'],
    ['x.bounced', 'Delivered'],
    ['constructor', 'Delivered'],
    ['Bounced.2', 'Bounced'],
    ['SPAM+tag', 'FilteredSpam'],
    ['undeliverable-1.x', 'Failed'],
  ])('the report on %s is %s', (word, status) => {
    expect(of(at(word), at('anna')).reports[0]).toEqual({ recipient: at(word), status });
  });

  test('one report per recipient, even if it is listed twice', () => {
    expect(of(at('anna'), at('bounced'), at('anna')).reports).toEqual([
      { recipient: at('anna'), status: 'Delivered' },
      { recipient: at('bounced'), status: 'Bounced' },
    ]);
  });

  test('the operation fails only if all recipients are suppressed; each is reported', () => {
    expect(of(at('suppressed.1'), at('suppressed.2'))).toMatchObject({
      operation: 'fails',
      error: { code: 'EmailDroppedAllRecipientsSuppressed' },
      reports: [{ status: 'Suppressed' }, { status: 'Suppressed' }],
    });
    expect(of(at('suppressed'), at('bounced'))).toMatchObject({ operation: 'succeeds', error: null });
  });

  const WORST_FIRST = [
    ['lost', 'lost'],
    ['stuck', 'stuck'],
    ['failed', 'fails'],
  ] as const;

  test('the worst recipient decides, whatever the order', () => {
    const words = fc.constantFrom('lost', 'stuck', 'failed', 'late', 'bounced', 'anna');
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (list) => {
        const outcome = of(...list.map(at));
        const worst = WORST_FIRST.find(([word]) => list.includes(word));
        expect(outcome.operation).toBe(worst?.[1] ?? 'succeeds');
        expect(outcome.reports).toHaveLength(worst ? 0 : new Set(list).size);
        expect(outcome.hiddenMilliseconds).toBe(list.includes('late') ? 30_000 : 0);
      }),
    );
  });
});

describe('the operation', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig({ emailSettleMilliseconds: 3000 });
  });

  afterAll(() => rig.close());

  /** Sends to one recipient, and after each wait reads the status code or the operation's status. */
  async function follow(word: string, waits: readonly number[]) {
    const recipients = { to: [{ address: at(word) }] };
    const body = { senderAddress: 'a@contoso.com', content: { subject: 'S', plainText: 'T' }, recipients };
    const sent = await rig.call('POST', SEND_EMAIL, { body });
    expect(sent.status).toBe(202);
    const seen: unknown[] = [];
    for (const wait of waits) {
      rig.clock.advance(wait);
      const { status, headers, body: read } = await rig.call('GET', sent.headers.get('operation-location') ?? '');
      seen.push(status === 200 ? [read.status, read.error?.code, headers.get('retry-after')] : status);
    }
    return seen;
  }

  test.each([
    [
      'failed',
      [0, 2999, 1],
      [
        ['NotStarted', undefined, '3'],
        ['Running', undefined, '1'],
        ['Failed', 'EmailDropped', null],
      ],
    ],
    ['suppressed', [3000], [['Failed', 'EmailDroppedAllRecipientsSuppressed', null]]],
    [
      'stuck',
      [3000, 86_400_000],
      [
        ['Running', undefined, '3'],
        ['Running', undefined, '3'],
      ],
    ],
    ['lost', [0, 86_400_000], [404, 404]],
    ['late', [0, 29_999, 1], [404, 404, ['Succeeded', undefined, null]]],
    ['bounced', [3000], [['Succeeded', undefined, null]]],
  ])('of an email message to %s, after %j ms', async (word, waits, seen) => {
    expect(await follow(word, waits)).toEqual(seen);
  });
});
