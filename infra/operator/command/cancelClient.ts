import type { SmsBatch } from '../../../shared/contract/smsBatch.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import type { BatchContext } from '../../../shared/smsbatch/batchContext.ts';
import { cancelBatch } from '../../../shared/smsbatch/cancellation.ts';
import { batchesInProgress } from '../../../shared/smsbatch/status.ts';

/** Shown to the client, and in the `canceled` outcome. */
const REASON = 'Canceled by the operator.';

export interface CancelClientFacts {
  readonly smsBatches: BatchContext;
  readonly name: string;
  /** Whether it stands in the settings. */
  readonly isListed: boolean;
  readonly mayChange: boolean;
  readonly print: (line: string) => void;
}

/**
 * Cancels what a client still has in progress, or, without `mayChange`, shows it.
 *
 * @returns the exit code: 1 when a batch could not be canceled
 */
export async function cancelClient(facts: CancelClientFacts): Promise<number> {
  const { smsBatches, name, isListed, mayChange, print } = facts;
  if (isListed) {
    print(
      `'${name}' is in CLIENTS of these settings: as long as the app runs with it, it can send and submit new batches.`,
    );
  }
  let count = 0;
  let failures = 0;
  for await (const batch of batchesInProgress(smsBatches, name)) {
    count += 1;
    if (!mayChange) print(describe(batch));
    else if (!(await cancel(facts, batch))) failures += 1;
  }
  if (count === 0) print(`No batch of '${name}' is in progress.`);
  if (count === 0 && !isListed) print(`Is '${name}' spelled as it was in CLIENTS, in upper and lower case?`);
  else if (!mayChange) print(`${batches(count)} of '${name}' in progress. Nothing was changed; --yes cancels them.`);
  return failures === 0 ? 0 : 1;
}

/** @returns false when it could not be canceled */
async function cancel({ smsBatches, name, print }: CancelClientFacts, { id = '' }: SmsBatch): Promise<boolean> {
  try {
    const { counts } = await cancelBatch(smsBatches, name, id, REASON);
    print(`${id}  canceled: ${counts.canceled} of ${counts.total} recipients are not sent to`);
    return true;
  } catch (error) {
    if (error instanceof SwitchboardError && error.code === 'Conflict') {
      print(`${id}  is over by now`);
      return true;
    }
    print(`${id}  could not be canceled: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function describe({ id, state, sendAt, counts }: SmsBatch): string {
  const time = state === 'scheduled' && sendAt !== undefined ? ` for ${sendAt}` : '';
  return `${id}  ${state}${time}: ${counts.pending} of ${counts.total} recipients not sent to yet`;
}

function batches(count: number): string {
  return count === 1 ? '1 batch' : `${count} batches`;
}
