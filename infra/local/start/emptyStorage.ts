import { TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/** Empties the queues, tables and containers of Azurite, all of which still exist afterwards. */
export async function emptyStorage(connectionString: string): Promise<void> {
  await Promise.all([emptyQueues(connectionString), emptyTables(connectionString), emptyContainers(connectionString)]);
}

async function emptyQueues(connectionString: string): Promise<void> {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name } of service.listQueues()) await service.getQueueClient(name).clearMessages();
}

/** Deleting a table is much faster than deleting its rows, and unlike in Azure, its name is free at once. */
async function emptyTables(connectionString: string): Promise<void> {
  const service = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
  for await (const { name = '' } of service.listTables()) {
    await service.deleteTable(name);
    await service.createTable(name);
  }
}

async function emptyContainers(connectionString: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name } of service.listContainers()) {
    await service.deleteContainer(name);
    await service.createContainer(name);
  }
}
