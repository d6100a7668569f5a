import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { TableServiceClientOptions } from '@azure/data-tables';
import type { StoragePipelineOptions as BlobOptions, BlobServiceClient } from '@azure/storage-blob';
import type { StoragePipelineOptions as QueueOptions, QueueServiceClient } from '@azure/storage-queue';
import { azureCredential } from '../settings/azureCredential.ts';
import type { StorageAccess } from '../settings/settings.ts';

// Each SDK is loaded on first use: most invocations need at most one of them.

export async function queueService(access: StorageAccess, options: QueueOptions = {}): Promise<QueueServiceClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  return access.kind === 'connection string'
    ? QueueServiceClient.fromConnectionString(access.connectionString, options)
    : new QueueServiceClient(
        `https://${access.accountName}.queue.core.windows.net`,
        await azureCredential(access.clientId),
        options,
      );
}

export async function blobService(access: StorageAccess, options: BlobOptions = {}): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  return access.kind === 'connection string'
    ? BlobServiceClient.fromConnectionString(access.connectionString, options)
    : new BlobServiceClient(
        `https://${access.accountName}.blob.core.windows.net`,
        await azureCredential(access.clientId),
        options,
      );
}

export async function tableClient(access: StorageAccess, table: string, options: TableServiceClientOptions = {}) {
  const { TableClient } = await import('@azure/data-tables');
  return access.kind === 'connection string'
    ? // Azurite serves plain HTTP on localhost; the connection string of a real account specifies HTTPS.
      TableClient.fromConnectionString(access.connectionString, table, {
        ...options,
        allowInsecureConnection: true,
        additionalPolicies: [{ policy: escapedLineSeparators, position: 'perCall' }],
      })
    : new TableClient(
        `https://${access.accountName}.table.core.windows.net`,
        table,
        await azureCredential(access.clientId),
        options,
      );
}

/**
 * Azurite fails with 500 on a transaction whose JSON holds one of Unicode's own line separators. Escaped, they are the same
 * JSON (RFC 8259 §7).
 */
const escapedLineSeparators: PipelinePolicy = {
  name: 'escapedLineSeparators',
  sendRequest(request, next) {
    if (typeof request.body === 'string') {
      request.body = request.body.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
    }
    return next(request);
  },
};

/** Calls `load` on first use and returns its result from then on. A failure is not cached. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let pending: Promise<Value> | undefined;
  return () => {
    pending ??= load().catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
    return pending;
  };
}

/** Whether an error of a storage SDK carries this HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === status;
}
