import type { StorageAccess } from '../settings/settings.ts';
import { type Blobs, createBlobs } from './blobs.ts';
import { createQueues, type Queues } from './queues.ts';
import { createOldRows, createTables, type OldRows, type Tables } from './tables.ts';

/** All persistent state. Connections are opened on first use. */
export interface Storage {
  readonly queues: Queues;
  readonly blobs: Blobs;
  readonly tables: Tables;
  readonly oldRows: OldRows;
}

export function createStorage(access: StorageAccess): Storage {
  return {
    queues: createQueues(access),
    blobs: createBlobs(access),
    tables: createTables(access),
    oldRows: createOldRows(access),
  };
}
