import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { MESSAGE_BODIES_CONTAINER, OUTCOME_BODIES_CONTAINER } from '../../../shared/contract/queueMessage.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { BATCHES_CONTAINER, recipientsBlob } from '../../../shared/smsbatch/batch.ts';
import {
  ERASED_RECIPIENT,
  numberOf,
  parseRecipients,
  type Recipient,
} from '../../../shared/smsbatch/recipients/recipient.ts';
import { blobService, hasStatus } from '../../../shared/storage/connection.ts';
import { holdsPerson, type Person, redactText, type Trace } from './person.ts';

/** A person's data in one blob, and the blob without it. */
interface Found {
  readonly content: unknown;
  readonly without: () => Buffer;
}

type Search = (person: Person, bytes: Buffer, name: string) => Found | undefined;

/** Every container of Switchboard and how its blobs are searched. */
export const SEARCHES: Readonly<Record<string, Search>> = {
  [BATCHES_CONTAINER]: inRecipients,
  [MESSAGE_BODIES_CONTAINER]: inBody,
  [OUTCOME_BODIES_CONTAINER]: inBody,
};

export async function* blobTraces(access: StorageAccess, person: Person): AsyncIterable<Trace> {
  const service = await blobService(access);
  for (const [name, search] of Object.entries(SEARCHES)) {
    const container = service.getContainerClient(name);
    if (await container.exists()) yield* containerTraces(container, person, search);
  }
}

async function* containerTraces(container: ContainerClient, person: Person, search: Search): AsyncIterable<Trace> {
  for await (const { name, properties } of container.listBlobsFlat()) {
    const blob = container.getBlockBlobClient(name);
    const bytes = await blob.downloadToBuffer();
    const found = search(person, bytes, name);
    if (!found) continue;
    yield {
      store: `container ${container.containerName}`,
      place: name,
      content: found.content,
      erase: () => overwrite(blob, found.without(), properties.etag),
    };
  }
}

/** @returns false if the blob has changed since it was listed */
async function overwrite(blob: BlockBlobClient, bytes: Buffer, etag: string): Promise<boolean> {
  try {
    await blob.uploadData(bytes, { conditions: { ifMatch: etag } });
    return true;
  } catch (error) {
    if (hasStatus(error, 412)) return false;
    throw error;
  }
}

function inRecipients(person: Person, bytes: Buffer, name: string): Found | undefined {
  const [id = ''] = name.split('/');
  const lines = name === recipientsBlob(id) ? recipientLines(person, bytes) : [];
  if (lines.length === 0) return undefined;
  return { content: lines.map(({ recipient }) => recipient), without: () => withoutRecipient(bytes, lines) };
}

function inBody(person: Person, bytes: Buffer): Found | undefined {
  const text = bytes.toString();
  if (!holdsPerson(person, text)) return undefined;
  return { content: text, without: () => Buffer.from(redactText(person, text)) };
}

/** A recipient's line in the file of a batch. */
interface RecipientPlace {
  readonly recipient: Recipient;
  /** The first byte of the line. */
  readonly start: number;
  /** Without the line break. */
  readonly lengthBytes: number;
}

const LINE_BREAK = 0x0a;

/** Returns a person's lines. Each recipient is a line of JSON that starts with the number. */
export function recipientLines({ value }: Person, bytes: Buffer): RecipientPlace[] {
  const found: RecipientPlace[] = [];
  for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, at + value.length)) {
    const start = bytes.lastIndexOf(LINE_BREAK, at) + 1;
    const end = bytes.indexOf(LINE_BREAK, at);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    const [recipient] = parseRecipients(line);
    const isNew = found.at(-1)?.start !== start;
    if (isNew && recipient !== undefined && numberOf(recipient) === value) {
      found.push({ recipient, start, lengthBytes: line.length });
    }
  }
  return found;
}

/** Returns the file with these recipients erased. Line lengths stay the same, so the other lines keep their positions. */
export function withoutRecipient(bytes: Buffer, lines: readonly RecipientPlace[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const { start, lengthBytes } of lines) {
    copy.fill(' ', start, start + lengthBytes);
    copy.write(JSON.stringify(ERASED_RECIPIENT), start);
  }
  return copy;
}
