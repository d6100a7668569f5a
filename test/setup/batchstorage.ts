import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { derivedIds } from '../../shared/idempotency/wireIds.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, recipientsBlob } from '../../shared/smsbatch/batch.ts';
import { secretOf } from './secrets.ts';

/** What a submission has left in storage. */
export interface Traces {
  /** Of the batch that a client's Idempotency-Key names. */
  readonly id: string;
  readonly row: boolean;
  readonly active: boolean;
  readonly recipients: boolean;
}

export interface BatchStorage {
  traces(client: string, key: string): Promise<Traces>;
  /** Damages what a batch cannot be split without. */
  breakIndex(id: string): Promise<void>;
  /** Damages what its chunks cannot be sent without. */
  breakRecipients(id: string): Promise<void>;
}

export function openBatchStorage(storage: string | undefined): BatchStorage {
  if (storage === undefined) throw new Error('The stack has no storage.');
  const container = BlobServiceClient.fromConnectionString(storage).getContainerClient(BATCHES_CONTAINER);
  const table = TableClient.fromConnectionString(storage, 'smsbatches', { allowInsecureConnection: true });
  const damage = async (blob: string) => {
    const damaged = 'not JSON'.repeat(10_000);
    await container.getBlockBlobClient(blob).upload(damaged, damaged.length);
  };
  const hasRow = (partitionKey: string, rowKey: string) =>
    table.getEntity(partitionKey, rowKey).then(
      () => true,
      () => false,
    );
  return {
    async traces(client, key) {
      const name = ['client', client, 'http', 'submitSmsBatch', key];
      const id = derivedIds(await secretOf(storage), name, new Date()).uuid('batch');
      const [row, active, recipients] = await Promise.all([
        hasRow(`client-${client}`, `batch-${id}`),
        hasRow('active', id),
        container.getBlobClient(recipientsBlob(id)).exists(),
      ]);
      return { id, row, active, recipients };
    },
    breakIndex: (id) => damage(chunkIndexBlob(id)),
    breakRecipients: (id) => damage(recipientsBlob(id)),
  };
}
