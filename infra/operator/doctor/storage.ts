import { DEADLINE_MILLISECONDS } from '../../../shared/health/check.ts';
import { reasonOf } from '../../../shared/health/reason.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { hasStatus } from '../../../shared/storage/connection.ts';
import {
  createStorageReach,
  STORAGE_SERVICES,
  type StorageReach,
  type StorageService,
} from '../../../shared/storage/reach.ts';
import { obstacleRemedy, obstacleText, obstacleTo } from './connect.ts';
import { type Finding, failed, ok, skipped } from './finding.ts';

/** The names of the findings, in order. */
export const STORAGE_NAMES = STORAGE_SERVICES.map((service) => nameOf(service));

function nameOf(service: StorageService): string {
  return `storage ${service}`;
}

/** Each service of the storage account: its name, its port, and whether it lets us in. */
export async function examineStorage(access: StorageAccess): Promise<readonly Finding[]> {
  const reach = createStorageReach(access);
  const findings = await Promise.all(STORAGE_SERVICES.map((service) => examineService(service, reach, access)));
  const [first] = findings.filter(({ status }) => status === 'failed');
  if (!first || access.kind === 'identity' || findings.some(({ status }) => status === 'ok')) return findings;
  // One connection string, one cause: it is told once.
  return findings.map((it) => (it === first ? it : skipped(it.name, `because of ${first.name}`)));
}

async function examineService(service: StorageService, reach: StorageReach, access: StorageAccess): Promise<Finding> {
  const name = nameOf(service);
  const setting = settingOf(access);
  let url: string;
  try {
    url = await reach.url(service);
  } catch {
    // The SDK's text may quote the value.
    return failed(
      name,
      `${setting} is no storage connection string.`,
      `Copy one from the storage account ("Access keys") into ${setting}.`,
    );
  }
  const obstacle = await obstacleTo(url, AbortSignal.timeout(DEADLINE_MILLISECONDS));
  if (obstacle) return failed(name, obstacleText(obstacle, setting), obstacleRemedy(obstacle, setting));
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
    return `Give the identity the role "${ROLES[service]}" on the account '${access.accountName}' (it counts after some minutes).`;
  }
  if (hasStatus(error, 403)) {
    return 'Copy a current key\'s connection string from the account ("Access keys") into AzureWebJobsStorage; if it is current, look at the account\'s firewall and at "Allow storage account key access".';
  }
  return 'Look at the state of the storage account in the portal, and try again.';
}
