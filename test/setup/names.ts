import { randomUUID } from 'node:crypto';
import { createDice } from './random.ts';

const dice = createDice('names');

/** The emulator does not deliver to numbers that end in 9999, so none is drawn. */
const lastDigits = (spare = 0) => dice.below(9999 - spare);

const AREA_CODES = [206, 212, 253, 305, 312, 360, 404, 415, 425, 503, 509, 617, 702, 713, 720, 805, 818, 907, 916, 971];

/** Names that no other test uses. The ids in them are opaque, the digits of numbers come from the seed of the run. */
export const uniquePhone = () => {
  const [area, exchange] = [dice.pick(AREA_CODES), 200 + dice.below(800)];
  return `+1${area}${exchange}${String(lastDigits()).padStart(4, '0')}`;
};
export const uniqueAddress = () => `anna.${randomUUID()}@example.com`;
export const uniqueQueue = (prefix = 'reply') => `${prefix}-${randomUUID()}`;
export const uniqueTopic = () => `topic ${randomUUID()}`;

/** A number from which every test may send. */
export const SENDER = '+18005550100';

/** Batches from toll-free numbers are sent at once; those from long codes a chunk of 60 a minute. */
export const TEST_RATES = { tollFree: 60_000, longCode: 60 };
export const PACED_CHUNK_SIZE = 60;

const lineNumber = () => String(2_000_000 + dice.below(7_990_000));
/** A sender whose rate no other test uses. */
export const uniqueSender = () => `+1833${lineNumber()}`;
export const uniquePacedSender = () => `+1206${lineNumber()}`;

/** Up to 9,000 numbers that exist by their form, one after the other; others may have the same, but not from the same sender. */
export function recipientsOf(count: number): string[] {
  const first = (200 + dice.below(799)) * 10_000 + lastDigits(count);
  return Array.from({ length: count }, (_, index) => `+1425${first + index}`);
}
