import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

const INSECURE = { allowInsecureConnection: true };

/**
 * Where a text stands in a storage account: in whatever row (keys and values), blob (name and content) or message that can
 * be seen, also in base64 or percent-encoded.
 */
export async function placesOf(storage: string, text: string): Promise<string[]> {
  const places: string[] = [];
  const isIn = (content: string) =>
    [content, decodePercent(content), decodeBase64(content)].some((it) => it.includes(text));
  for await (const [place, content] of everything(storage)) if (isIn(content)) places.push(place);
  return places;
}

async function* everything(storage: string): AsyncIterable<readonly [place: string, content: string]> {
  for await (const { name = '' } of TableServiceClient.fromConnectionString(storage, INSECURE).listTables()) {
    for await (const row of TableClient.fromConnectionString(storage, name, INSECURE).listEntities()) {
      const keys = `${decodePercent(row.partitionKey ?? '')} ${decodePercent(row.rowKey ?? '')}`;
      yield [`table ${name}`, `${keys} ${Object.values(row).map(String).join('')}`];
    }
  }
  const blobs = BlobServiceClient.fromConnectionString(storage);
  for await (const { name } of blobs.listContainers()) {
    const container = blobs.getContainerClient(name);
    for await (const blob of container.listBlobsFlat()) {
      yield [`container ${name}`, `${blob.name} ${await container.getBlobClient(blob.name).downloadToBuffer()}`];
    }
  }
  const queues = QueueServiceClient.fromConnectionString(storage);
  for await (const { name } of queues.listQueues()) {
    const { peekedMessageItems } = await queues.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems) yield [`queue ${name}`, messageText];
  }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decodeBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}
