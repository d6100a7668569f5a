import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { MESSAGE_BODIES_CONTAINER, OUTCOME_BODIES_CONTAINER } from '../../../shared/contract/queueMessage.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { BATCHES_CONTAINER, recipientsBlob } from '../../../shared/smsbatch/batch.ts';
import { blobService, hasStatus } from '../../../shared/storage/connection.ts';
import type { Person } from './person.ts';
import { recipientLines, withoutRecipient } from './recipientLines.ts';
import { holdsPerson, redactText } from './redact.ts';
import type { Trace } from './trace.ts';

/** What is found in one blob, and the blob without it. */
interface Found {
  readonly content: unknown;
  readonly without: () => Buffer;
}

type Search = (person: Person, bytes: Buffer, name: string) => Found | undefined;

/** Every container of Switchboard, and how a person is found in its blobs. */
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

/** @returns false when the blob has changed since it was listed */
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
