import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { parse, v5 } from 'uuid';
import { expect, test } from 'vitest';
import { serverSecretOf } from '../../../shared/secret/serverSecret.ts';
import { recipientRequestId } from '../../../shared/smsbatch/requestid.ts';
import { TEST_SECRET } from '../../setup/secrets.ts';

const ID = '0f8b5c3e-5d0e-8f5e-9a53-1d1f6f0c2a11';
/** As an older version made it. */
const OLD_ID = 'f09c735a-9014-56ff-8a1e-063ecb228ef4';

test('is the same at every try, and in every version of this program', () => {
  const bytes = createHmac('sha256', Buffer.alloc(32, 7)).update(`["recipient","${ID}",7,0]`).digest().subarray(0, 16);
  const id = recipientRequestId(serverSecretOf(Buffer.alloc(32, 7)), ID, 7, 0);
  expect(id.charAt(14)).toBe('8');
  const withoutFixedBits = (it: Uint8Array) =>
    [...it].map((byte, at) => byte & (at === 6 ? 0x0f : at === 8 ? 0x3f : 0xff));
  expect(withoutFixedBits(parse(id))).toEqual(withoutFixedBits(bytes));
});

test.each([ID, OLD_ID])('differs by batch, recipient and redrive: %s', (batch) => {
  const idOf = (index: number, redrive: number) => recipientRequestId(TEST_SECRET, batch, index, redrive);
  const ids = [0, 1, 10, 11].flatMap((index) => [0, 1, 11].map((redrive) => idOf(index, redrive)));
  ids.push(recipientRequestId(TEST_SECRET, batch.replace('0', '1'), 0, 0));
  expect(new Set(ids).size).toBe(13);
});

test('cannot be computed without the secret', () => {
  const other = serverSecretOf(Buffer.alloc(32));
  expect(recipientRequestId(other, ID, 0, 0)).not.toBe(recipientRequestId(TEST_SECRET, ID, 0, 0));
});

test('of a batch that an older version has accepted is the id that ACS may know already', () => {
  const recipient = fc.tuple(fc.uuid({ version: 5 }), fc.nat({ max: 1_000_000 }), fc.nat({ max: 1000 }));
  const property = fc.property(recipient, ([batch, index, redrive]) => {
    expect(recipientRequestId(TEST_SECRET, batch, index, redrive)).toBe(v5(`${index}/${redrive}`, batch));
  });
  fc.assert(property);
  // What version 5b8585b sent.
  const was = '41f73ff9-c676-5a93-b6a6-d2875df5dae8';
  expect(v5('7/0', '0f8b5c3e-5d0e-4f5e-9a53-1d1f6f0c2a11')).toBe(was);
});
