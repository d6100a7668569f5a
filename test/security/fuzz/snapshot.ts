import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { eventually } from '../../setup/eventually.ts';
import type { OwnStack } from '../../setup/ownStack.ts';

/** Everything that is stored or was sent, by name: its version, or its content. */
export type Snapshot = ReadonlyMap<string, string>;

const INSECURE = { allowInsecureConnection: true };

/** What timers write by themselves or, for a batch that is over, remove; and where the traffic of an instance is counted. */
const WITHOUT_OWNER = /^table (?:emailbudget|smssenders|emailsenders|smsbatches active) /;

export async function snapshotOf({ acs, storage = '' }: OwnStack): Promise<Snapshot> {
  const found = new Map<string, string>();
  for await (const { name = '' } of TableServiceClient.fromConnectionString(storage, INSECURE).listTables()) {
    const table = TableClient.fromConnectionString(storage, name, INSECURE);
    for await (const { partitionKey, rowKey, etag } of table.listEntities()) {
      found.set(`table ${name} ${partitionKey} ${rowKey}`, etag);
    }
  }
  const blobs = BlobServiceClient.fromConnectionString(storage);
  for await (const { name: container } of blobs.listContainers()) {
    for await (const { name, properties } of blobs.getContainerClient(container).listBlobsFlat()) {
      found.set(`blob ${container} ${name}`, properties.etag);
    }
  }
  for (const list of ['sms', 'emails', 'identities', 'threads']) {
    found.set(`ACS ${list}`, await (await fetch(`${acs}/_emulator/${list}`)).text());
  }
  return found;
}

/** Messages that wait on the queues, by queue; not those on which the results of failed messages are reported. */
export async function waitingMessages({ storage = '' }: OwnStack, except: RegExp): Promise<Record<string, number>> {
  const service = QueueServiceClient.fromConnectionString(storage);
  const found: Record<string, number> = {};
  for await (const { name } of service.listQueues()) {
    const { approximateMessagesCount = 0 } = await service.getQueueClient(name).getProperties();
    if (approximateMessagesCount > 0 && !except.test(name)) found[name] = approximateMessagesCount;
  }
  return found;
}

/** Waits until the batch has all its delivery reports, and what follows from them is stored. */
export async function untilAtRest(stack: OwnStack, isReported: () => Promise<boolean>): Promise<void> {
  let last: Snapshot = new Map();
  await eventually('nothing is at work', async () => {
    const before = last;
    last = await snapshotOf(stack);
    const isQuiet = changesBetween(before, last, () => false).length === 0;
    const waiting = await waitingMessages(stack, /-poison$|^outcomes$/);
    return (isQuiet && Object.keys(waiting).length === 0 && (await isReported())) || undefined;
  });
}

/** What has changed, with the new content where it is short. */
export function changesBetween(before: Snapshot, after: Snapshot, isAllowed: (change: string) => boolean): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name) && !WITHOUT_OWNER.test(name))
    .map((name) => `${before.has(name) ? (after.has(name) ? 'changed' : 'gone') : 'new'}: ${name}`)
    .filter((change) => !isAllowed(change));
}
