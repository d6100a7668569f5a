import { byCodeUnits } from './order.ts';
import { storageError } from './storageError.ts';

interface Block {
  readonly id: string;
  readonly bytes: Buffer;
}

interface BlobVersion {
  readonly blocks: readonly Block[];
  readonly bytes: Buffer;
  readonly modifiedOn: number;
}

/**
 * The block blobs of one container. Each method is one request and takes effect at one moment.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
export class BlobData {
  readonly #committed = new Map<string, BlobVersion>();
  readonly #staged = new Map<string, Map<string, Buffer>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @see https://learn.microsoft.com/rest/api/storageservices/put-blob */
  put(name: string, bytes: Buffer): void {
    this.#commit(name, [], bytes);
  }

  /** @see https://learn.microsoft.com/rest/api/storageservices/put-block */
  stage(name: string, id: string, bytes: Buffer): void {
    const blocks = this.#staged.get(name) ?? new Map<string, Buffer>();
    this.#staged.set(name, blocks.set(id, bytes));
  }

  /**
   * Takes each block from those staged, else from the committed blob. All other blocks of the blob are discarded.
   *
   * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
   */
  commit(name: string, ids: readonly string[]): void {
    const staged = this.#staged.get(name);
    const committed = this.#committed.get(name)?.blocks ?? [];
    const blocks = ids.map((id): Block => {
      const bytes = staged?.get(id) ?? committed.find((block) => block.id === id)?.bytes;
      if (!bytes) throw storageError(400, 'InvalidBlockList');
      return { id, bytes };
    });
    this.#commit(name, blocks, Buffer.concat(blocks.map(({ bytes }) => bytes)));
  }

  /** @throws 404, or 416 if the blob ends before `offset` */
  read(name: string, offset: number, lengthBytes?: number): Buffer {
    const bytes = this.get(name);
    if (!bytes) throw storageError(404, 'BlobNotFound');
    if (offset > 0 && offset >= bytes.length) throw storageError(416, 'InvalidRange');
    return Buffer.from(bytes.subarray(offset, lengthBytes === undefined ? undefined : offset + lengthBytes));
  }

  get(name: string): Buffer | undefined {
    return this.#committed.get(name)?.bytes;
  }

  /** Names in order, from one on. */
  page(from: string, maximum: number): { readonly name: string; readonly modifiedOn: number }[] {
    const names = this.names().filter((name) => name >= from);
    return names.slice(0, maximum).map((name) => ({ name, modifiedOn: this.#committed.get(name)?.modifiedOn ?? 0 }));
  }

  names(): string[] {
    return [...this.#committed.keys()].sort(byCodeUnits);
  }

  remove(name: string): void {
    if (!this.#committed.delete(name)) throw storageError(404, 'BlobNotFound');
    this.#staged.delete(name);
  }

  #commit(name: string, blocks: readonly Block[], bytes: Buffer): void {
    this.#staged.delete(name);
    const modifiedOn = Math.floor(this.#now() / 1000) * 1000; // an HTTP date
    this.#committed.set(name, { blocks, bytes, modifiedOn });
  }
}
