import type { QueueServiceClient } from '@azure/storage-queue';
import { ACS_EVENTS_QUEUE } from '../../../shared/contract/acsEvent.ts';
import { reasonOf } from '../../../shared/health/reason.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { CHUNK_QUEUE, SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { queueService } from '../../../shared/storage/connection.ts';
import { type Finding, ok, skipped, warning } from './finding.ts';

export const EVENTS = 'event queue';
export const POISON = 'poison queues';

const POISON_SUFFIX = '-poison';

/** More than this wait when nobody takes them, or too slowly. */
const MANY_EVENTS = 1_000;

/** What waits where something should be taken, and what was given up. */
export async function examineQueues(access: StorageAccess): Promise<readonly Finding[]> {
  try {
    const depths = await readDepths(await queueService(access, { retryOptions: { maxTries: 1 } }));
    return [eventsFinding(depths.get(ACS_EVENTS_QUEUE)), poisonFinding(depths)];
  } catch (error) {
    const because = `because the account ${reasonOf(error)} when its queues are listed`;
    return [skipped(EVENTS, because), skipped(POISON, because)];
  }
}

/** The approximate number of messages of each queue that matters here, by name. */
async function readDepths(service: QueueServiceClient): Promise<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>();
  for await (const { name } of service.listQueues()) {
    if (name !== ACS_EVENTS_QUEUE && !name.endsWith(POISON_SUFFIX)) continue;
    const { approximateMessagesCount = 0 } = await service.getQueueClient(name).getProperties();
    depths.set(name, approximateMessagesCount);
  }
  return depths;
}

function eventsFinding(depth: number | undefined): Finding {
  if (depth === undefined) return skipped(EVENTS, `${ACS_EVENTS_QUEUE} is not there: no event of ACS has come yet`);
  if (depth <= MANY_EVENTS) return ok(EVENTS, `${depth} waiting in ${ACS_EVENTS_QUEUE}`);
  return warning(
    EVENTS,
    `${depth} events of ACS wait in ${ACS_EVENTS_QUEUE}: nobody takes them, or too slowly.`,
    'See in the log whether the function recordAcsEvent runs, and with what it fails.',
  );
}

function poisonFinding(depths: ReadonlyMap<string, number>): Finding {
  const filled = [...depths].filter(([name, depth]) => name.endsWith(POISON_SUFFIX) && depth > 0);
  const [first] = filled;
  if (!first) return ok(POISON, 'empty');
  const names = filled.map(([name, depth]) => `${name} (${depth})`).join(', ');
  return warning(POISON, `Messages were given up: ${names}.`, redriveHint(first[0]));
}

/** How to send again what lies in a poison queue. */
function redriveHint(poison: string): string {
  const queue = poison.slice(0, -POISON_SUFFIX.length);
  if (queue === CHUNK_QUEUE || queue === SPLIT_QUEUE) {
    return 'These are taken up by failSmsChunk and failSmsBatch: see in the log why they do not run. Then redrive the batches: npm run call -- POST /sms/batches/<id>:redrive';
  }
  const peek = `az storage message peek --queue-name ${poison} --num-messages 32`;
  return `Each one's outcome on the queue 'outcomes' says why (${peek}). Once the cause is gone, put them back on '${queue}': the same id is never carried out twice.`;
}
