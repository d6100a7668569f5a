/** How long it takes to accept 100,000 recipients: checked, made unique, stored, and the first of them on their way. */
import { findConnection } from '../../../infra/local/client/connection.ts';
import { type Figures, figure } from '../report.ts';
import { median } from '../statistics.ts';
import { type BodyFormat, cancelBatch, submission, submit } from './requests.ts';
import { startBatchStack } from './stack.ts';

const ROUNDS = 3;
const RECIPIENTS = 100_000;

export async function benchAcceptance(): Promise<Figures> {
  const stack = await startBatchStack();
  try {
    const switchboard = findConnection(stack.client);
    const times: Record<BodyFormat, number[]> = { json: [], csv: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const format of ['json', 'csv'] as const) {
        const request = submission(RECIPIENTS, format);
        const startedAt = performance.now();
        const id = await submit(switchboard, request);
        const milliseconds = performance.now() - startedAt;
        await cancelBatch(switchboard, id);
        if (round > 0) times[format].push(milliseconds); // the first one loads what is loaded on first use
      }
    }
    return { ...figures('json', times.json), ...figures('csv', times.csv) };
  } finally {
    await stack.stop();
  }
}

function figures(format: BodyFormat, times: readonly number[]): Figures {
  const milliseconds = median(times);
  return {
    [`batch.accept100000.${format}Milliseconds`]: figure(milliseconds),
    [`batch.accept100000.${format}RecipientsPerSecond`]: figure((RECIPIENTS * 1000) / milliseconds),
  };
}
