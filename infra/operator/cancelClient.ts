import type { SmsBatch } from '../../shared/contract/smsBatch.ts';
import { SwitchboardError } from '../../shared/contract/switchboardError.ts';
import type { BatchContext } from '../../shared/smsbatch/batchContext.ts';
import { cancelBatch } from '../../shared/smsbatch/cancellation.ts';
import { batchesInProgress } from '../../shared/smsbatch/status.ts';

/** Shown to the client, and in the `canceled` outcome. */
const REASON = 'Canceled by the operator.';

interface CancelClientOptions {
  readonly smsBatches: BatchContext;
  readonly name: string;
  /** Whether the settings contain the client. */
  readonly isListed: boolean;
  readonly mayChange: boolean;
  readonly print: (line: string) => void;
}

/**
 * Cancels a client's unfinished batches; without `mayChange`, only lists them.
 *
 * @returns the exit code: 1 if a batch could not be canceled
 */
export async function cancelClient(options: CancelClientOptions): Promise<number> {
  const { smsBatches, name, isListed, mayChange, print } = options;
  if (isListed) {
    print(
      `'${name}' is in CLIENTS of these settings: while the app runs with them, the client can send and submit new batches.`,
    );
  }
  let count = 0;
  let failures = 0;
  for await (const batch of batchesInProgress(smsBatches, name)) {
    count += 1;
    if (!mayChange) print(describe(batch));
    else if (!(await cancel(options, batch))) failures += 1;
  }
  if (count === 0) print(`No batch of '${name}' is in progress.`);
  if (count === 0 && !isListed) print(`Is '${name}' spelled as it was in CLIENTS, in upper and lower case?`);
  else if (!mayChange) print(`${batches(count)} of '${name}' in progress. Nothing was changed; --yes cancels them.`);
  return failures === 0 ? 0 : 1;
}

/** @returns false if the batch could not be canceled */
async function cancel({ smsBatches, name, print }: CancelClientOptions, { id = '' }: SmsBatch): Promise<boolean> {
  try {
    const { counts } = await cancelBatch(smsBatches, name, id, REASON);
    print(`${id}  canceled: ${counts.canceled} of ${counts.total} recipients will not be sent to`);
    return true;
  } catch (error) {
    if (error instanceof SwitchboardError && error.code === 'Conflict') {
      print(`${id}  has already ended`);
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
