/** How long it takes to accept 100,000 recipients: checked, made unique, stored, and the first of them on their way. */
import { findConnection } from '../../../infra/local/client/connection.ts';
import type { SignedRequest } from '../../../infra/local/client/signedFetch.ts';
import { type Figures, figure } from '../report.ts';
import { median } from '../statistics.ts';
import { cancelBatch, foreignNumbers, submission, submit } from './requests.ts';
import { startBatchStack } from './stack.ts';

const ROUNDS = 3;
const RECIPIENTS = 100_000;

interface Submission {
  readonly name: string;
  readonly request: SignedRequest;
  readonly limitMilliseconds?: number;
}

const SUBMISSIONS: readonly Submission[] = [
  { name: 'json', request: submission(RECIPIENTS, 'json'), limitMilliseconds: 1000 },
  { name: 'csv', request: submission(RECIPIENTS, 'csv'), limitMilliseconds: 1300 },
  { name: 'foreignJson', request: submission(RECIPIENTS, 'json', foreignNumbers(RECIPIENTS)) },
  { name: 'personalizedCsv', request: submission(RECIPIENTS, 'personalizedCsv') },
];

export async function benchAcceptance(): Promise<Figures> {
  const stack = await startBatchStack();
  try {
    const switchboard = findConnection(stack.client);
    const times = new Map<Submission, number[]>(SUBMISSIONS.map((it) => [it, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [{ request }, measured] of times) {
        const startedAt = performance.now();
        const id = await submit(switchboard, request);
        const milliseconds = performance.now() - startedAt;
        await cancelBatch(switchboard, id);
        if (round > 0) measured.push(milliseconds); // the first one loads what is loaded on first use
      }
    }
    return Object.assign({}, ...Array.from(times, ([it, measured]) => figures(it, median(measured))));
  } finally {
    await stack.stop();
  }
}

function figures({ name, limitMilliseconds }: Submission, milliseconds: number): Figures {
  const budget = limitMilliseconds === undefined ? undefined : ({ relation: '≤', limit: limitMilliseconds } as const);
  return {
    [`batch.accept100000.${name}Milliseconds`]: figure(milliseconds, budget),
    [`batch.accept100000.${name}RecipientsPerSecond`]: figure((RECIPIENTS * 1000) / milliseconds),
  };
}
