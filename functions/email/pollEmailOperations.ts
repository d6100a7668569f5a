import { timer } from '../../shared/operation/worker.ts';

/** Every 30 seconds, between the sweeps of batches: asks ACS what became of mails, as often as its quota allows. */
export const pollEmailOperations = timer('pollEmailOperations', '15,45 * * * * *', ({ emails }) => emails.poll());
