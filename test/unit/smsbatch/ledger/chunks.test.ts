import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serverSecretOf } from '../../../../shared/secret/serverSecret.ts';
import {
  type ChunkState,
  chunkValues,
  failedResult,
  type RecipientResult,
  stateOf,
  tallyOf,
  toChunkState,
} from '../../../../shared/smsbatch/ledger/chunks.ts';
import { addTally, subtractTally } from '../../../../shared/smsbatch/ledger/counters.ts';
import {
  chunkMessage,
  isAuthenticChunk,
  isAuthenticSplit,
  sealedChunk,
  sealedSplit,
} from '../../../../shared/smsbatch/send/batchQueues.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { columnsFit } from './columns.ts';

const result: fc.Arbitrary<RecipientResult | null> = fc.oneof(
  fc.constant(null),
  fc.constantFrom<RecipientResult>(['inDoubt'], ['optedOut']),
  fc.string().map((it): RecipientResult => ['accepted', it]),
  fc.tuple(fc.integer({ min: 400, max: 599 }), fc.string()).map(([status, text]) => failedResult(status, text)),
);
const results = fc.array(result, { maxLength: 1000, size: 'max' });

const state: fc.Arbitrary<ChunkState> = fc.record({
  state: fc.constantFrom('sending' as const, 'waiting' as const, 'done' as const),
  wakeOn: fc.nat(),
  firstSent: fc.nat(),
  doubtful: fc.boolean(),
  failedTries: fc.nat(9),
  postponed: fc.nat(9),
  redrive: fc.nat(9),
  results,
});

test('a stored chunk state is read back unchanged', () => {
  fc.assert(
    fc.property(state, (it) => {
      expect(toChunkState(chunkValues(it))).toEqual(it);
    }),
  );
});

test.each(['漢', '"', '\n', '\u0000', '😀'])(
  'a full chunk with the longest results fits into a row: %j',
  (character) => {
    const longest = Array.from({ length: 1000 }, () => failedResult(400, character.repeat(10_000)));
    const values = chunkValues({ ...DONE, results: longest });
    expect(columnsFit(values)).toBe(true);
  },
);

const DONE = {
  ...{ state: 'done' as const, wakeOn: 0, firstSent: 0, doubtful: false, failedTries: 0, postponed: 0, redrive: 0 },
};

test('a chunk stored by an older version is read', () => {
  const known: ChunkState = { ...DONE, results: [['accepted', 'id'], null] };
  const { resultsPieces: _count, results0: text, postponed: _new, ...columns } = chunkValues(known);
  expect(toChunkState({ ...columns, results: String(text) })).toEqual(known);
});

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

test('a recipient without a result is pending', () => {
  expect([null, undefined, ['accepted', 'x'] as const, ['inDoubt'] as const].map(stateOf)).toEqual([
    'pending',
    'pending',
    'accepted',
    'inDoubt',
  ]);
});

describe('a message on one of Switchboard’s own queues', () => {
  const name = { client: 'shop', batch: 'f09c735a-9014-86ff-8a1e-063ecb228ef4', chunk: 3 };
  const message = sealedChunk(TEST_SECRET, name);

  test('has no other members than a name and a seal', () => {
    expect(chunkMessage.parse(message)).toEqual({ ...name, seal: expect.stringMatching(/^[\w-]{22}$/) });
    const wrong = [
      { chunk: 'x' },
      { chunk: -1 },
      { chunk: 0.5 },
      { chunk: 1e9 },
      { batch: '../x' },
      { client: '' },
      { more: 1 },
    ];
    for (const it of [...wrong, { recipients: [['+1', 'FORGED']] }, { seal: undefined }]) {
      expect(chunkMessage.safeParse({ ...message, ...it }).success).toBe(false);
    }
  });

  test('may have the time reserved for the chunk, under its seal', () => {
    const timed = sealedChunk(TEST_SECRET, { ...name, sendOn: 1_768_465_800_000 });
    expect(chunkMessage.parse(timed)).toEqual(timed);
    expect(isAuthenticChunk(timed, TEST_SECRET)).toBe(true);
    expect(isAuthenticChunk({ ...timed, sendOn: 1_768_465_800_001 }, TEST_SECRET)).toBe(false);
    expect(isAuthenticChunk({ ...message, sendOn: 1_768_465_800_000 }, TEST_SECRET)).toBe(false);
    const { sendOn: _, ...untimed } = timed;
    expect(isAuthenticChunk(untimed, TEST_SECRET)).toBe(false);
    expect(chunkMessage.safeParse({ ...timed, sendOn: -1 }).success).toBe(false);
  });

  test('is authentic only if it is unchanged', () => {
    expect(isAuthenticChunk(message, TEST_SECRET)).toBe(true);
    const others = [
      { client: 'desk' },
      { batch: name.batch.replace('f', 'e') },
      { chunk: 2 },
      { seal: message.seal.toLowerCase() },
    ];
    for (const it of [...others, { seal: '' }, { seal: 'A'.repeat(22) }]) {
      expect(isAuthenticChunk({ ...message, ...it }, TEST_SECRET)).toBe(false);
    }
    expect(isAuthenticChunk(message, serverSecretOf(Buffer.alloc(32)))).toBe(false);
  });

  test('cannot be used as a message of another kind', () => {
    const split = sealedSplit(TEST_SECRET, name);
    expect(isAuthenticSplit(split, TEST_SECRET)).toBe(true);
    expect(isAuthenticSplit({ ...split, seal: message.seal }, TEST_SECRET)).toBe(false);
    expect(isAuthenticSplit({ ...split, client: 'desk' }, TEST_SECRET)).toBe(false);
  });
});
