import { expect, test } from 'vitest';
import { readTag, tagOf } from '../../../shared/smsbatch/tag.ts';
import { ID } from './fixtures.ts';

test.each([undefined, '', 'spring sale', '7/8'])(
  'a tag tells where it comes from, whatever the caller adds: %j',
  (tag) => {
    const made = tagOf({ id: ID, options: tag === undefined ? {} : { tag } }, 9_999);
    expect(readTag(made)).toEqual({ batchId: ID, chunk: 9_999 });
    expect(made.endsWith(tag ?? '')).toBe(true);
  },
);

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
])('%j was made by no batch', (tag) => expect(readTag(tag)).toBeUndefined());
