import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ChunkState,
  chunkOfRowKey,
  chunkRowKey,
  chunkValues,
  failedResult,
  type RecipientResult,
  stateOf,
  tallyOf,
  toChunkState,
} from '../../../shared/smsbatch/chunk.ts';
import { chunkMessage } from '../../../shared/smsbatch/messages.ts';
import { addTally, subtractTally } from '../../../shared/smsbatch/tally.ts';

const result: fc.Arbitrary<RecipientResult | null> = fc.oneof(
  fc.constant(null),
  fc.constantFrom<RecipientResult>(['inDoubt'], ['optedOut']),
  fc.string().map((it): RecipientResult => ['accepted', it]),
  fc.tuple(fc.integer({ min: 400, max: 599 }), fc.string()).map(([status, text]) => failedResult(status, text)),
);
const results = fc.array(result, { maxLength: 100 });

const state: fc.Arbitrary<ChunkState> = fc.record({
  state: fc.constantFrom('sending' as const, 'waiting' as const, 'done' as const),
  wakeOn: fc.nat(),
  firstSent: fc.nat(),
  doubtful: fc.boolean(),
  failedTries: fc.nat(9),
  redrive: fc.nat(9),
  results,
});

test('a state comes back from its row as it was', () => {
  fc.assert(
    fc.property(state, (it) => {
      expect(toChunkState(chunkValues(it))).toEqual(it);
    }),
  );
});

test.each(['漢', '"', '\n', '\u0000', '😀'])(
  'a full chunk of the longest results fits into a column: %j',
  (character) => {
    const longest = Array.from({ length: 100 }, () => failedResult(400, character.repeat(10_000)));
    const values = chunkValues({
      ...{ state: 'done', wakeOn: 0, firstSent: 0, doubtful: false, failedTries: 0, redrive: 0 },
      results: longest,
    });
    expect(String(values['results']).length).toBeLessThanOrEqual(32_768);
  },
);

test('counters count each recipient once, and a change is the difference', () => {
  fc.assert(
    fc.property(results, results, (one, other) => {
      const { accepted, failed, inDoubt, optedOut } = tallyOf(one);
      expect(accepted + failed + inDoubt + optedOut).toBe(one.filter((it) => it !== null).length);
      expect(addTally(tallyOf(one), tallyOf(other))).toEqual(tallyOf([...one, ...other]));
      expect(addTally(tallyOf(one), subtractTally(tallyOf(other), tallyOf(one)))).toEqual(tallyOf(other));
    }),
  );
});

test('row keys sort as their numbers', () => {
  const keys = [0, 1, 9, 10, 99, 100, 9999, 10_000, 999_999].map(chunkRowKey);
  expect([...keys].sort((a, b) => (a < b ? -1 : 1))).toEqual(keys);
  expect(keys.map(chunkOfRowKey)).toEqual([0, 1, 9, 10, 99, 100, 9999, 10_000, 999_999]);
});

test('a recipient without a result is pending', () => {
  expect([null, undefined, ['accepted', 'x'] as const, ['inDoubt'] as const].map(stateOf)).toEqual([
    'pending',
    'pending',
    'accepted',
    'inDoubt',
  ]);
});

test('a message holds nothing but what it says', () => {
  const message = { client: 'shop', batch: 'b', chunk: 3 };
  expect(chunkMessage.parse({ ...message, recipients: ['+1', ['+2', 'text']] })).toHaveProperty('recipients');
  expect(chunkMessage.safeParse({ ...message, chunk: 'x' }).success).toBe(false);
  expect(chunkMessage.safeParse({ ...message, more: 1 }).success).toBe(false);
});
