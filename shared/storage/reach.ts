import type { StorageAccess } from '../settings/settings.ts';
import { blobService, hasStatus, once, queueService, tableClient } from './connection.ts';

export const STORAGE_SERVICES = ['queues', 'tables', 'blobs'] as const;
export type StorageService = (typeof STORAGE_SERVICES)[number];

export interface StorageReach {
  /** The URL of the service. @throws Error if the connection string is invalid */
  url(service: StorageService): Promise<string>;
  /** Rejects with the SDK's error, without retries, if the service cannot be reached or denies access. */
  call(service: StorageService, deadline: AbortSignal): Promise<void>;
}

/** A resource that does not exist, with a name that is valid for queues, tables and containers. */
const NOTHING = 'readiness';

interface Reach {
  readonly url: string;
  readonly call: (abortSignal: AbortSignal) => Promise<unknown>;
}

/**
 * Requests a resource that does not exist from each service of the account: an authorized caller gets 404, which changes
 * nothing and needs no permission beyond those the app has.
 */
export function createStorageReach(access: StorageAccess): StorageReach {
  const reaches: Record<StorageService, () => Promise<Reach>> = {
    queues: once(() => queueReach(access)),
    tables: once(() => tableReach(access)),
    blobs: once(() => blobReach(access)),
  };
  return {
    url: async (service) => (await reaches[service]()).url,
    call: async (service, deadline) => {
      try {
        await (await reaches[service]()).call(deadline);
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
    },
  };
}

async function queueReach(access: StorageAccess): Promise<Reach> {
  const service = await queueService(access, { retryOptions: { maxTries: 1 } });
  const queue = service.getQueueClient(NOTHING);
  return { url: service.url, call: (abortSignal) => queue.getProperties({ abortSignal }) };
}

async function tableReach(access: StorageAccess): Promise<Reach> {
  const table = await tableClient(access, NOTHING, { retryOptions: { maxRetries: 0 } });
  return { url: table.url, call: (abortSignal) => table.getEntity(NOTHING, NOTHING, { abortSignal }) };
}

async function blobReach(access: StorageAccess): Promise<Reach> {
  const service = await blobService(access, { retryOptions: { maxTries: 1 } });
  const container = service.getContainerClient(NOTHING);
  return { url: service.url, call: (abortSignal) => container.getProperties({ abortSignal }) };
}
