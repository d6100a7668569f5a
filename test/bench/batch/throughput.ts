/**
 * Recipients per second from `POST /sms/batches` until the last result, against the same recipients as one queue message
 * each, and against a bare loop of the same storage calls: in turns, on one storage and one ACS emulator.
 */
import { findConnection } from '../../../infra/local/client/connection.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { type Figures, figure } from '../report.ts';
import { median, medianRatio } from '../statistics.ts';
import { bareLoop } from './bareloop.ts';
import { acceptedByAcs, allAccepted, submission, submit } from './requests.ts';
import { type Singles, startSingles } from './singles.ts';
import { startBatchStack, withoutFunctions } from './stack.ts';

const ROUNDS = 5;
const RECIPIENTS = 20_000;
const WARM_UP_RECIPIENTS = 2000;

/** Fewer, which favours them: Azurite slows down with the length of a queue. */
const SINGLE_RECIPIENTS = 1000;
const WARM_UP_SINGLE_RECIPIENTS = 100;

const SINGLES_BUDGET = { relation: '≥', limit: 40 } as const;
const BARE_BUDGET = { relation: '≥', limit: 0.7 } as const;

export async function benchThroughput(): Promise<Figures> {
  const stack = await startBatchStack();
  try {
    const singles = await startSingles(stack);
    try {
      return await measured(stack, singles);
    } finally {
      await singles.stop();
    }
  } finally {
    await stack.stop();
  }
}

async function measured(stack: OwnStack, singles: Singles): Promise<Figures> {
  const rates = { batch: [] as number[], singles: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const isWarmUp = round === 0;
    const recipients = isWarmUp ? WARM_UP_RECIPIENTS : RECIPIENTS;
    const batch = await sendBatch(stack, recipients);
    const [single, bare] = await withoutFunctions(stack, async () => [
      await singles.send(isWarmUp ? WARM_UP_SINGLE_RECIPIENTS : SINGLE_RECIPIENTS),
      await bareLoop(stack, recipients),
    ]);
    if (isWarmUp) continue;
    rates.batch.push(batch);
    rates.singles.push(single);
    rates.bare.push(bare);
  }
  return {
    'batch.recipients': figure(RECIPIENTS),
    'batch.recipientsPerSecond': figure(median(rates.batch)),
    'batch.singlesRecipients': figure(SINGLE_RECIPIENTS),
    'batch.singlesRecipientsPerSecond': figure(median(rates.singles)),
    'batch.bareLoopRecipientsPerSecond': figure(median(rates.bare)),
    'batch.timesSingles': figure(medianRatio(rates.batch, rates.singles), SINGLES_BUDGET),
    'batch.shareOfBareLoop': figure(medianRatio(rates.batch, rates.bare), BARE_BUDGET),
  };
}

async function sendBatch(stack: OwnStack, recipients: number): Promise<number> {
  const request = submission(recipients, 'json');
  const before = await acceptedByAcs(stack.acs);
  const startedAt = performance.now();
  const id = await submit(findConnection(stack.client), request);
  await allAccepted(stack, id, before);
  return (recipients * 1000) / (performance.now() - startedAt);
}
