import { randomUUID } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { isBlobName } from '../contract/queueMessage.ts';
import type { StorageAccess } from '../settings/settings.ts';
import { blobService, hasStatus, once } from './connection.ts';

export interface Blobs {
  /** Writes one blob, making the container where it does not exist; answers the blob's URL. */
  write(container: string, name: string, content: string | Uint8Array): Promise<string>;
  /** Writes one blob of text piece by piece, in little memory. Where the pieces end with an error, no blob appears. */
  writeText(container: string, name: string, pieces: AsyncIterable<string>): Promise<void>;
  /** The blob's bytes, or undefined where there is none. */
  read(container: string, name: string): Promise<Buffer | undefined>;
  /** Some of the blob's bytes, or undefined where there is no blob. */
  readRange(container: string, name: string, offset: number, lengthBytes: number): Promise<Buffer | undefined>;
  /** All blobs of a container; none where the container does not exist. */
  list(container: string): AsyncIterable<ListedBlob>;
  /** Deletes a blob; does nothing if there is none. */
  remove(container: string, name: string): Promise<void>;
}

export interface ListedBlob {
  readonly name: string;
  /** When it was written last (epoch milliseconds). */
  readonly modifiedOn: number;
}

const BLOCK_BYTES = 1024 * 1024;

export function createBlobs(access: StorageAccess): Blobs {
  const service = once(() => blobService(access));
  const container = async (name: string) => (await service()).getContainerClient(name);
  /** @throws RangeError for what could lead to another container: names of callers are checked where they come in */
  const blobIn = (client: ContainerClient, name: string) => {
    if (!isBlobName(name)) throw new RangeError('This is not the name of a blob.');
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
      await client.createIfNotExists(); // the pieces come only once, so a missing container must not be found out late
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
        if (!hasStatus(error, 404)) throw error; // a container that was never written to holds no blobs
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

/** All blocks go through one buffer: garbage of many would stay in memory far longer than it is needed. */
async function writeBlocks(blob: BlockBlobClient, pieces: AsyncIterable<string>): Promise<void> {
  const block = Buffer.alloc(BLOCK_BYTES);
  const ids: string[] = [];
  let filled = 0;
  const flush = async () => {
    const id = Buffer.from(randomUUID()).toString('base64'); // own to this writing: nobody else's blocks get into it
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

/** Runs against a container that may not exist yet: it is made when the service says that it is missing. */
async function inContainer(client: ContainerClient, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
    await client.createIfNotExists();
    await run();
  }
}
