import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { parse, v5 } from 'uuid';
import { expect, test } from 'vitest';
import { serverSecretOf } from '../../../../shared/secret/serverSecret.ts';
import { recipientRequestIds } from '../../../../shared/smsbatch/send/requestIds.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';

const ID = '0f8b5c3e-5d0e-8f5e-9a53-1d1f6f0c2a11';
/** As created by an older version. */
const OLD_ID = 'f09c735a-9014-56ff-8a1e-063ecb228ef4';

const idsOf = (id: string, chunk = 0, redrive = 0, secret = TEST_SECRET) =>
  recipientRequestIds(secret, { batch: { id, chunkSize: 100 }, chunk, redrive });

test('are the same for every try and in every version', () => {
  // RFC 5869 §2.2 and §2.3, by hand.
  const key = createHmac('sha256', Buffer.alloc(32)).update(Buffer.alloc(32, 7)).digest();
  const info = `["recipients","${ID}",3,0]`;
  const first = createHmac('sha256', key).update(`${info}\u0001`).digest();
  const second = createHmac('sha256', key).update(first).update(`${info}\u0002`).digest();
  const bytes = [first.subarray(0, 16), first.subarray(16), second.subarray(0, 16)];
  const ids = idsOf(ID, 3, 0, serverSecretOf(Buffer.alloc(32, 7)));
  const withoutFixedBits = (it: Uint8Array) =>
    [...it].map((byte, at) => byte & (at === 6 ? 0x0f : at === 8 ? 0x3f : 0xff));
  expect(ids.slice(0, 3).map((id) => withoutFixedBits(parse(id)))).toEqual(bytes.map(withoutFixedBits));
});

test.each([ID, OLD_ID])('differ by batch, chunk, recipient and redrive: %s', (batch) => {
  const ids = [0, 1, 10, 11].flatMap((chunk) => [0, 1, 11].flatMap((redrive) => idsOf(batch, chunk, redrive)));
  ids.push(...idsOf(batch.replace('0', '1')));
  expect(ids).toHaveLength(1300);
  expect(new Set(ids).size).toBe(1300);
});

test('of a large chunk all differ, and the first are those of a smaller one', () => {
  const large = recipientRequestIds(TEST_SECRET, { batch: { id: ID, chunkSize: 1000 }, chunk: 1, redrive: 0 });
  expect(new Set(large).size).toBe(1000);
  expect(large.slice(0, 100)).toEqual(idsOf(ID, 1));
  const half = recipientRequestIds(TEST_SECRET, { batch: { id: ID, chunkSize: 500 }, chunk: 1, redrive: 0 });
  expect(large.slice(0, 500)).toEqual(half);
});

test('cannot be computed without the secret', () => {
  const others = idsOf(ID, 0, 0, serverSecretOf(Buffer.alloc(32)));
  expect(new Set([...others, ...idsOf(ID)]).size).toBe(200);
});

test('of a batch accepted by an older version are the ids that ACS may already know', () => {
  const sending = fc.tuple(
    fc.uuid({ version: 5 }),
    fc.nat({ max: 10_000 }),
    fc.nat({ max: 99 }),
    fc.nat({ max: 1000 }),
  );
  const property = fc.property(sending, ([batch, chunk, position, redrive]) => {
    expect(idsOf(batch, chunk, redrive)[position]).toBe(v5(`${chunk * 100 + position}/${redrive}`, batch));
  });
  fc.assert(property);
  // Ids sent by version 5b8585b.
  const was = '41f73ff9-c676-5a93-b6a6-d2875df5dae8';
  expect(v5('7/0', '0f8b5c3e-5d0e-4f5e-9a53-1d1f6f0c2a11')).toBe(was);
});
