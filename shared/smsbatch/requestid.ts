import { v5 } from 'uuid';

/**
 * The id by which ACS recognises a message to one recipient of a batch: the same in every process and at every try.
 *
 * @param index of the recipient in the whole batch
 * @param redrive a redriven message is meant to be sent again, and so has another id
 */
export function recipientRequestId(batchId: string, index: number, redrive: number): string {
  return v5(`${index}/${redrive}`, batchId);
}
