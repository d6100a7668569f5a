import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import * as z from 'zod';
import type { Connection } from '../../infra/local/client/connection.ts';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import { type SmsBatch, type SmsBatchResult, smsBatch, smsBatchResultPage } from '../../shared/contract/smsBatch.ts';
import { derivedIds } from '../../shared/idempotency/wireIds.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, recipientsBlob } from '../../shared/smsbatch/batch.ts';
import { secretOf } from './credentials.ts';
import { eventually } from './eventually.ts';
import { answerOf, call, type JsonAnswer } from './switchboard.ts';

/** SMS batches as a client has them. */

const OVER = new Set(['completed', 'canceled', 'failed']);

export function submit(connection: Connection, body: unknown, key?: string, query = ''): Promise<JsonAnswer> {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  return call(connection, { method: 'POST', target: `/sms/batches${query}`, body, headers });
}

/** Submits what must be accepted. */
export async function submitted(connection: Connection, body: unknown, key?: string): Promise<SmsBatch & WithId> {
  return accepted(await submit(connection, body, key));
}

const withId = z.object({ id: z.string() });
type WithId = z.output<typeof withId>;

export function accepted({ status, body }: JsonAnswer): SmsBatch & WithId {
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  return { ...smsBatch.parse(body), ...withId.parse(body) };
}

export async function batchOf(connection: Connection, id: string): Promise<SmsBatch> {
  const { status, body } = await call(connection, { method: 'GET', target: `/sms/batches/${id}` });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return smsBatch.parse(body);
}

/** The batch once nothing more happens to it. */
export function over(connection: Connection, id: string, deadlineSeconds = 50): Promise<SmsBatch> {
  return eventually(
    `batch ${id} is over`,
    async () => {
      const batch = await batchOf(connection, id);
      return OVER.has(batch.state) ? batch : undefined;
    },
    deadlineSeconds,
  );
}

/** All results, page by page. @param query e.g. `maxPageSize=2` */
export async function resultsOf(connection: Connection, id: string, query = ''): Promise<SmsBatchResult[]> {
  const results: SmsBatchResult[] = [];
  for (let target = `/sms/batches/${id}/results?${query}`; target !== ''; ) {
    const { status, body } = await call(connection, { method: 'GET', target });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    const { value, nextLink } = smsBatchResultPage.parse(body);
    results.push(...value);
    target = nextLink === undefined ? '' : targetOf(nextLink);
  }
  return results;
}

/** Path and query of a link to the same server. */
export function targetOf(link: string): string {
  const { pathname, search } = new URL(link);
  return pathname + search;
}

/** Submits the lines of a CSV; everything else stands in the query. */
export async function submitCsv(
  connection: Connection,
  csv: string,
  query: Readonly<Record<string, string>>,
): Promise<JsonAnswer> {
  const target = `/sms/batches?${new URLSearchParams(query)}`;
  const headers = { 'content-type': 'text/csv' };
  return answerOf(await signedFetch(connection, { method: 'POST', target, headers, body: csv }));
}

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
