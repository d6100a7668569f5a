import { type Client, type Clients, mayCall, maySendFrom } from '../../clients/clients.ts';
import { type DestinationRule, smsDestinations } from '../../clients/destinations.ts';
import type { Batch } from '../batch.ts';

/** The right that a batch was accepted by, and needs for as long as it is sent. */
const RIGHT = 'submitSmsBatch';

interface Permissions {
  /** By the settings that this process runs with. */
  readonly clients: Pick<Clients, 'ownerNamed'>;
}

/** Why nothing of the batch may be sent (any more); undefined where its client may send it. Costs no call of storage. */
export function refusalOf({ clients }: Permissions, { client: name, from }: Pick<Batch, 'client' | 'from'>) {
  const client = clients.ownerNamed(name);
  if (!client) return `The client '${name}' has been removed.`;
  if (!mayCall(client, RIGHT)) return `The client '${name}' may no longer call ${RIGHT}.`;
  if (!maySendFrom(client, from)) return `The client '${name}' may no longer send from this sender.`;
  return undefined;
}

/** Where the batch's client may send to from the batch's sender. A client that has been removed may send nowhere. */
export async function destinationsOf({ clients }: Permissions, batch: Pick<Batch, 'client' | 'from'>) {
  const client: Client | undefined = clients.ownerNamed(batch.client);
  const nowhere: DestinationRule = () => refusalOf({ clients }, batch);
  return client ? smsDestinations(client, batch.from) : nowhere;
}
