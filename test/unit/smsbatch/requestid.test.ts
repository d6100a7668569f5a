import fc from 'fast-check';
import { v5 } from 'uuid';
import { expect, test } from 'vitest';
import { recipientRequestId } from '../../../shared/smsbatch/requestid.ts';

const ID = '0f8b5c3e-5d0e-4f5e-9a53-1d1f6f0c2a11';

test('is a UUID, the same at every try, in every version of this program', () => {
  expect(recipientRequestId(ID, 0, 0)).toBe(recipientRequestId(ID, 0, 0));
  expect(recipientRequestId(ID, 7, 0)).toMatchInlineSnapshot(`"41f73ff9-c676-5a93-b6a6-d2875df5dae8"`);
});

test('differs by batch, recipient and redrive', () => {
  const ids = [0, 1, 10, 11].flatMap((index) => [0, 1, 11].map((redrive) => recipientRequestId(ID, index, redrive)));
  ids.push(recipientRequestId(ID.replace('0f', '1f'), 0, 0));
  expect(new Set(ids).size).toBe(13);
});

test('is the UUIDv5 of the recipient in the namespace of the batch', () => {
  const recipient = fc.tuple(fc.uuid(), fc.nat({ max: 1_000_000 }), fc.nat({ max: 1000 }));
  const property = fc.property(recipient, ([batch, index, redrive]) => {
    expect(recipientRequestId(batch, index, redrive)).toBe(v5(`${index}/${redrive}`, batch));
  });
  fc.assert(property);
});
