import { randomInt, randomUUID } from 'node:crypto';

/** The emulator does not deliver to numbers that end in 9999: no number is made that does so by chance. */
const lastDigits = (spare = 0) => randomInt(0, 9999 - spare);

const AREA_CODES = [206, 212, 253, 305, 312, 360, 404, 415, 425, 503, 509, 617, 702, 713, 720, 805, 818, 907, 916, 971];

/** Names that no other test and no other run has. */
export const uniquePhone = () => {
  const [area, exchange] = [AREA_CODES[randomInt(AREA_CODES.length)], randomInt(200, 1000)];
  return `+1${area}${exchange}${String(lastDigits()).padStart(4, '0')}`;
};
export const uniqueAddress = () => `anna.${randomUUID()}@example.com`;
export const uniqueQueue = (prefix = 'reply') => `${prefix}-${randomUUID()}`;
export const uniqueTopic = () => `topic ${randomUUID()}`;

/** A number of which every test may send. */
export const SENDER = '+18005550100';

/** Batches from toll-free numbers are sent at once; those from long codes a chunk of 60 a minute. */
export const TEST_RATES = { tollFree: 60_000, longCode: 60 };
export const PACED_CHUNK_SIZE = 60;

const lineNumber = () => String(randomInt(2_000_000, 9_990_000));
/** A sender whose pace nobody else uses up. */
export const uniqueSender = () => `+1833${lineNumber()}`;
export const uniquePacedSender = () => `+1206${lineNumber()}`;

/** Up to 9,000 numbers that exist by their form, one after the other; others may have the same, but not from the same sender. */
export function recipientsOf(count: number): string[] {
  const first = randomInt(200, 999) * 10_000 + lastDigits(count);
  return Array.from({ length: count }, (_, index) => `+1425${first + index}`);
}
