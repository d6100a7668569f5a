import type { QueueServiceClient } from '@azure/storage-queue';
import { ACS_EVENTS_QUEUE } from '../../../shared/contract/acsEvent.ts';
import { DEADLINE_MILLISECONDS, reasonOf } from '../../../shared/health/checks.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { CHUNK_QUEUE, SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { hasStatus, queueService } from '../../../shared/storage/connection.ts';
import {
  createStorageReach,
  STORAGE_SERVICES,
  type StorageReach,
  type StorageService,
} from '../../../shared/storage/reach.ts';
import { commandText } from '../../toolchain/installation.ts';
import { type Finding, failed, ok, skipped, warning } from './findings.ts';
import { describeObstacle, findObstacle, obstacleRemedy } from './obstacle.ts';

/** The names of the findings, in order. */
export const STORAGE_NAMES = STORAGE_SERVICES.map((service) => nameOf(service));

function nameOf(service: StorageService): string {
  return `storage ${service}`;
}

/** Checks DNS, port and access for each service of the storage account. */
export async function examineStorage(access: StorageAccess): Promise<readonly Finding[]> {
  const reach = createStorageReach(access);
  const findings = await Promise.all(STORAGE_SERVICES.map((service) => examineService(service, reach, access)));
  const [first] = findings.filter(({ status }) => status === 'failed');
  if (!first || access.kind === 'identity' || findings.some(({ status }) => status === 'ok')) return findings;
  // One connection string, one cause: report it once.
  return findings.map((it) => (it === first ? it : skipped(it.name, `because of ${first.name}`)));
}

async function examineService(service: StorageService, reach: StorageReach, access: StorageAccess): Promise<Finding> {
  const name = nameOf(service);
  const setting = settingOf(access);
  let url: string;
  try {
    url = await reach.url(service);
  } catch {
    // The SDK's message may quote the value.
    return failed(
      name,
      `${setting} is not a storage connection string.`,
      `Copy one from the storage account ("Access keys") into ${setting}.`,
    );
  }
  const obstacle = await findObstacle(url, AbortSignal.timeout(DEADLINE_MILLISECONDS));
  if (obstacle) return failed(name, describeObstacle(obstacle, setting), obstacleRemedy(obstacle, setting));
  try {
    await reach.call(service, AbortSignal.timeout(DEADLINE_MILLISECONDS));
    return ok(name, new URL(url).host);
  } catch (error) {
    return failed(
      name,
      `The storage account in ${setting} ${reasonOf(error)} for its ${service}.`,
      remedy(error, service, access),
    );
  }
}

function settingOf({ kind }: StorageAccess): string {
  return kind === 'identity' ? 'AzureWebJobsStorage__accountName' : 'AzureWebJobsStorage';
}

const ROLES: Readonly<Record<StorageService, string>> = {
  queues: 'Storage Queue Data Contributor',
  tables: 'Storage Table Data Contributor',
  blobs: 'Storage Blob Data Owner',
};

function remedy(error: unknown, service: StorageService, access: StorageAccess): string {
  if (access.kind === 'identity') {
    return `Assign the identity the role "${ROLES[service]}" on the account '${access.accountName}'. Role assignments take a few minutes to apply.`;
  }
  if (hasStatus(error, 403)) {
    return 'Copy a current key\'s connection string from the account ("Access keys") into AzureWebJobsStorage; if it is current, check the account\'s firewall and "Allow storage account key access".';
  }
  return 'Check the state of the storage account in the portal and try again.';
}

export const EVENTS = 'event queue';
export const POISON = 'poison queues';

const POISON_SUFFIX = '-poison';

/** A longer queue means that events are not processed, or too slowly. */
const MANY_EVENTS = 1_000;

/** Checks for a backlog of events and for messages on poison queues. */
export async function examineQueues(access: StorageAccess): Promise<readonly Finding[]> {
  try {
    const depths = await readDepths(await queueService(access, { retryOptions: { maxTries: 1 } }));
    return [eventsFinding(depths.get(ACS_EVENTS_QUEUE)), poisonFinding(depths)];
  } catch (error) {
    const because = `because the account ${reasonOf(error)} when listing queues`;
    return [skipped(EVENTS, because), skipped(POISON, because)];
  }
}

/** Returns the approximate message counts of the relevant queues by name. */
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
  if (depth === undefined)
    return skipped(EVENTS, `${ACS_EVENTS_QUEUE} does not exist: ACS has not sent any events yet`);
  if (depth <= MANY_EVENTS) return ok(EVENTS, `${depth} waiting in ${ACS_EVENTS_QUEUE}`);
  return warning(
    EVENTS,
    `${depth} ACS events are waiting in ${ACS_EVENTS_QUEUE}: they are not processed, or too slowly.`,
    'Check in the log whether the function recordAcsEvent runs and why it fails.',
  );
}

function poisonFinding(depths: ReadonlyMap<string, number>): Finding {
  const filled = [...depths].filter(([name, depth]) => name.endsWith(POISON_SUFFIX) && depth > 0);
  const [first] = filled;
  if (!first) return ok(POISON, 'empty');
  const names = filled.map(([name, depth]) => `${name} (${depth})`).join(', ');
  return warning(POISON, `Messages failed permanently: ${names}.`, redriveHint(first[0]));
}

/** How to send the messages on a poison queue again. */
function redriveHint(poison: string): string {
  const queue = poison.slice(0, -POISON_SUFFIX.length);
  if (queue === CHUNK_QUEUE || queue === SPLIT_QUEUE) {
    return `failSmsChunk and failSmsBatch should process these: check in the log why they do not run. Then redrive the batches: ${commandText('call', 'POST /sms/batches/<id>:redrive')}`;
  }
  const peek = `az storage message peek --queue-name ${poison} --num-messages 32`;
  return `The outcome of each message on the queue 'outcomes' says why (${peek}). Once the cause is fixed, put them back on '${queue}': the same id is never processed twice.`;
}
