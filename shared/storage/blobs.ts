import { randomUUID } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { isBlobName } from '../contract/queueMessage.ts';
import type { StorageAccess } from '../settings/settings.ts';
import { blobService, hasStatus, once } from './connection.ts';

export interface Blobs {
  /** Writes one blob and returns its URL. Creates the container if it does not exist. */
  write(container: string, name: string, content: string | Uint8Array): Promise<string>;
  /** Streams text into one blob, in bounded memory. If `pieces` throws, no blob is created. */
  writeText(container: string, name: string, pieces: AsyncIterable<string>): Promise<void>;
  /** Returns the blob's bytes; undefined if the blob does not exist. */
  read(container: string, name: string): Promise<Buffer | undefined>;
  /** Returns a range of the blob's bytes; undefined if the blob does not exist. */
  readRange(container: string, name: string, offset: number, lengthBytes: number): Promise<Buffer | undefined>;
  /** Lists all blobs of a container; yields nothing if the container does not exist. */
  list(container: string): AsyncIterable<ListedBlob>;
  /** Deletes a blob. Does nothing if it does not exist. */
  remove(container: string, name: string): Promise<void>;
}

export interface ListedBlob {
  readonly name: string;
  /** Last write, in epoch milliseconds. */
  readonly modifiedOn: number;
}

const BLOCK_BYTES = 1024 * 1024;

export function createBlobs(access: StorageAccess): Blobs {
  const service = once(() => blobService(access));
  const container = async (name: string) => (await service()).getContainerClient(name);
  /** @throws RangeError for a name that could escape the container; names from callers are validated at the boundary */
  const blobIn = (client: ContainerClient, name: string) => {
    if (!isBlobName(name)) throw new RangeError('Not a valid blob name.');
    return client.getBlockBlobClient(name);
  };
  const read = async (name: string, blob: string, offset?: number, lengthBytes?: number) => {
    try {
      return await blobIn(await container(name), blob).downloadToBuffer(offset, lengthBytes);
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  };
  return {
    write: async (name, blobName, content) => {
      const client = await container(name);
      const blob = blobIn(client, blobName);
      await inContainer(client, () => blob.uploadData(Buffer.from(content)));
      return blob.url;
    },
    writeText: async (name, blobName, pieces) => {
      const client = await container(name);
      const blob = blobIn(client, blobName);
      await client.createIfNotExists(); // `pieces` cannot be read twice, so a missing container must be detected first
      await writeBlocks(blob, pieces);
    },
    read: (name, blob) => read(name, blob),
    readRange: (name, blob, offset, lengthBytes) => read(name, blob, offset, lengthBytes),
    list: async function* (name) {
      try {
        for await (const { name: blob, properties } of (await container(name)).listBlobsFlat()) {
          yield { name: blob, modifiedOn: properties.lastModified.getTime() };
        }
      } catch (error) {
        if (!hasStatus(error, 404)) throw error; // the container has never been written to
      }
    },
    remove: async (name, blob) => {
      try {
        await blobIn(await container(name), blob).delete();
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
    },
  };
}

/** Reuses one buffer for all blocks: a buffer per block would stay in memory long after it was sent. */
async function writeBlocks(blob: BlockBlobClient, pieces: AsyncIterable<string>): Promise<void> {
  const block = Buffer.alloc(BLOCK_BYTES);
  const ids: string[] = [];
  let filled = 0;
  const flush = async () => {
    const id = Buffer.from(randomUUID()).toString('base64'); // unique, so concurrent writers cannot mix their blocks
    await blob.stageBlock(id, block.subarray(0, filled), filled);
    ids.push(id);
    filled = 0;
  };
  for await (const piece of pieces) {
    for (let rest = piece; rest !== ''; ) {
      const { read, written } = ENCODER.encodeInto(rest, block.subarray(filled));
      filled += written;
      rest = rest.slice(read);
      if (rest !== '') await flush();
    }
  }
  if (filled > 0) await flush();
  await blob.commitBlockList(ids);
}

const ENCODER = new TextEncoder();

/** Runs against a container that may not exist yet; creates it when the service reports it missing. */
async function inContainer(client: ContainerClient, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
    await client.createIfNotExists();
    await run();
  }
}
