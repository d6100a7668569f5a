import { type Client, mayCall, maySendFrom } from '../../clients/clients.ts';
import { type DestinationRule, smsDestinations } from '../../clients/destinations.ts';
import type { Batch } from '../batch.ts';
import type { BatchContext } from '../batchContext.ts';
import { revokeBatch } from '../cancellation.ts';

/** The operation that a batch was accepted by. Its client must be allowed to call it for as long as the batch is sent. */
const REQUIRED_OPERATION = 'submitSmsBatch';

type Permissions = Pick<BatchContext, 'clients'>;

/** Why the batch may not be sent (any more); undefined when its client may send it. Does not access storage. */
export function refusalOf({ clients }: Permissions, { client: name, from }: Pick<Batch, 'client' | 'from'>) {
  const client = clients.ownerNamed(name);
  if (!client) return `The client '${name}' has been removed.`;
  if (!mayCall(client, REQUIRED_OPERATION)) return `The client '${name}' may no longer call ${REQUIRED_OPERATION}.`;
  if (!maySendFrom(client, from)) return `The client '${name}' may no longer send from this sender.`;
  return undefined;
}

/** Cancels a batch that may not be sent (any more). @returns whether it may not be sent */
export async function revokeIfRefused(context: BatchContext, batch: Batch): Promise<boolean> {
  const refusal = refusalOf(context, batch);
  if (refusal !== undefined) await revokeBatch(context, batch.client, batch.id, refusal);
  return refusal !== undefined;
}

/** Where the batch's client may send to from the batch's sender. A removed client may send nowhere. */
export async function destinationsOf({ clients }: Permissions, batch: Pick<Batch, 'client' | 'from'>) {
  const client: Client | undefined = clients.ownerNamed(batch.client);
  const nowhere: DestinationRule = () => refusalOf({ clients }, batch);
  return client ? smsDestinations(client, batch.from) : nowhere;
}
