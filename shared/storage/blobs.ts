import type { StorageAccess } from '../settings.ts';
import { blobService, hasStatus, once } from './connection.ts';

export interface Blobs {
  /** Writes one blob, making the container where it does not exist; answers the blob's URL. */
  write(container: string, name: string, content: string | Uint8Array): Promise<string>;
  /** The blob's bytes, or undefined where there is none. */
  read(container: string, name: string): Promise<Buffer | undefined>;
}

export function createBlobs(access: StorageAccess): Blobs {
  const service = once(() => blobService(access));
  return {
    async write(container, name, content) {
      const containerClient = (await service()).getContainerClient(container);
      const blob = containerClient.getBlockBlobClient(name);
      const bytes = Buffer.from(content);
      try {
        await blob.uploadData(bytes);
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
        await containerClient.createIfNotExists();
        await blob.uploadData(bytes);
      }
      return blob.url;
    },
    async read(container, name) {
      try {
        return await (await service()).getContainerClient(container).getBlobClient(name).downloadToBuffer();
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
  };
}
