import { expect, test } from 'vitest';
import { serverSecretOf } from '../../../../shared/secret/serverSecret.ts';
import { sealedChunk } from '../../../../shared/smsbatch/send/batchQueues.ts';
import { readTag, tagOf } from '../../../../shared/smsbatch/send/requestIds.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { ID } from '../fixtures.ts';

test.each([undefined, '', 'spring sale', '7/8'])('a tag identifies its chunk, whatever the caller adds: %j', (tag) => {
  const made = tagOf(TEST_SECRET, { id: ID, options: tag === undefined ? {} : { tag } }, 9_999);
  expect(readTag(TEST_SECRET, made)).toEqual({ batchId: ID, chunk: 9_999 });
  expect(made.endsWith(tag ?? '')).toBe(true);
});

test.each([
  '',
  'spring sale',
  ID,
  `${ID}/`,
  `${ID}/x`,
  `${ID}/1x`,
  `${ID}/12345678`,
  ` ${ID}/1`,
  `x${ID}/1`,
  '../../x/1',
  `${'-'.repeat(36)}/1`,
  `${ID}/1`,
  `${ID}/1 sale`,
  `${ID}/1/${'A'.repeat(22)}`,
  `${ID}/1/`,
])('%j is not the tag of a batch', (tag) => expect(readTag(TEST_SECRET, tag)).toBeUndefined());

const OTHER_ID = ID.replace('0f', '1f');
const sealIn = (tag: string) => tag.split('/')[2] ?? '';

test('a seal is valid for one chunk of one batch only', () => {
  const seal = sealIn(tagOf(TEST_SECRET, { id: ID, options: {} }, 1));
  expect(readTag(TEST_SECRET, `${ID}/1/${seal}`)).toBeDefined();
  const forged = [
    `${ID}/2/${seal}`,
    `${ID}/11/${seal}`,
    `${OTHER_ID}/1/${seal}`,
    `${ID}/1/${seal}A`,
    `${ID}/1/${seal.slice(1)}`,
  ];
  for (const tag of forged) expect(readTag(TEST_SECRET, tag)).toBeUndefined();
  expect(readTag(serverSecretOf(Buffer.alloc(32)), `${ID}/1/${seal}`)).toBeUndefined();
});

test('a seal differs from that of a queue message for the same chunk', () => {
  const { seal } = sealedChunk(TEST_SECRET, { client: ID, batch: ID, chunk: 1 });
  expect(readTag(TEST_SECRET, `${ID}/1/${seal}`)).toBeUndefined();
});

test('a batch of an older version, whose id is a UUIDv5, has tags without a seal', () => {
  const id = 'f09c735a-9014-56ff-8a1e-063ecb228ef4';
  expect(readTag(TEST_SECRET, `${id}/3 sale`)).toEqual({ batchId: id, chunk: 3 });
  expect(readTag(TEST_SECRET, tagOf(TEST_SECRET, { id, options: {} }, 3))).toEqual({ batchId: id, chunk: 3 });
});
