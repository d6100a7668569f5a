import { Readable } from 'node:stream';
import type { ContainerClient } from '@azure/storage-blob';
import type { StorageAccess } from '../settings.ts';
import { blobService, hasStatus, once } from './connection.ts';

export interface Blobs {
  /** Writes one blob, making the container where it does not exist; answers the blob's URL. */
  write(container: string, name: string, content: string | Uint8Array): Promise<string>;
  /** Writes one blob piece by piece, in little memory. Where the pieces end with an error, no blob appears. */
  writeStream(container: string, name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** The blob's bytes, or undefined where there is none. */
  read(container: string, name: string): Promise<Buffer | undefined>;
  /** Some of the blob's bytes, or undefined where there is no blob. */
  readRange(container: string, name: string, offset: number, lengthBytes: number): Promise<Buffer | undefined>;
}

const BLOCK_BYTES = 1024 * 1024;
const BLOCKS_AT_A_TIME = 2;

export function createBlobs(access: StorageAccess): Blobs {
  const service = once(() => blobService(access));
  const container = async (name: string) => (await service()).getContainerClient(name);
  const read = async (name: string, blob: string, offset?: number, lengthBytes?: number) => {
    try {
      return await (await container(name)).getBlobClient(blob).downloadToBuffer(offset, lengthBytes);
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  };
  return {
    write: async (name, blobName, content) => {
      const client = await container(name);
      const blob = client.getBlockBlobClient(blobName);
      await inContainer(client, () => blob.uploadData(Buffer.from(content)));
      return blob.url;
    },
    writeStream: async (name, blobName, pieces) => {
      const client = await container(name);
      await client.createIfNotExists(); // the pieces come only once, so a missing container must not be found out late
      const blob = client.getBlockBlobClient(blobName);
      await blob.uploadStream(Readable.from(pieces), BLOCK_BYTES, BLOCKS_AT_A_TIME);
    },
    read: (name, blob) => read(name, blob),
    readRange: (name, blob, offset, lengthBytes) => read(name, blob, offset, lengthBytes),
  };
}

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
