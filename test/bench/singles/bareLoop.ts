/**
 * The storage calls of single SMS messages from a queue, without anything else: one request to ACS, the outcome's message,
 * and, for those received together, one transaction each for the claims, the answers and the audit entries.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TableClient, type TransactionAction } from '@azure/data-tables';
import { type DequeuedMessageItem, type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import * as z from 'zod';
import { type Connection, findConnection } from '../../../infra/local/client/connection.ts';
import { signedFetch } from '../../../infra/local/client/signedFetch.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { phoneNumbers } from '../batch/requests.ts';
import { requestTo } from './messages.ts';
import { putAndDrain } from './putAndDrain.ts';

const hostJson = z.object({ extensions: z.object({ queues: z.object({ batchSize: z.int() }) }) });

/** As long as the real ones. */
const CLAIM = { fingerprint: 'f'.repeat(44), state: 'running', firstSent: 1, lockedUntil: 1 };
const ANSWER = { ...CLAIM, endingPieces: 1, ending0: 'x'.repeat(230) };
const ENTRY = { time: 1, trigger: 'queue', operation: 'sendSms', client: 'everything', status: 202, recipients: 1 };
const OUTCOME = Buffer.from('x'.repeat(480)).toString('base64');

/** Batches handled at the same time, as the host does with a threshold of half a batch. */
const BATCHES_TOGETHER = 2;

interface Places {
  readonly queue: QueueClient;
  readonly outcomes: QueueClient;
  readonly answers: TableClient;
  readonly audit: TableClient;
  readonly acs: Connection;
}

/** @returns messages per second */
export async function bareLoop({ storage = '', acsConnectionString }: OwnStack, count: number): Promise<number> {
  const service = QueueServiceClient.fromConnectionString(storage);
  const table = () =>
    TableClient.fromConnectionString(storage, `bare${randomUUID().replaceAll('-', '')}`, {
      allowInsecureConnection: true,
    });
  const places = {
    queue: service.getQueueClient(`bare-${randomUUID()}`),
    outcomes: service.getQueueClient(`bare-outcomes-${randomUUID()}`),
    answers: table(),
    audit: table(),
    acs: findConnection(acsConnectionString),
  };
  const { queue, outcomes, answers, audit } = places;
  await Promise.all([queue.create(), outcomes.create(), answers.createTable(), audit.createTable()]);
  const left = { count };
  const consumers = Array.from({ length: BATCHES_TOGETHER }, () => consume(places, left));
  const messages = phoneNumbers(count).map((to) => requestTo('sms', to));
  const [rate] = await Promise.all([putAndDrain(queue, messages), ...consumers]);
  await Promise.all([queue.delete(), outcomes.delete(), answers.deleteTable(), audit.deleteTable()]);
  return rate;
}

async function consume(places: Places, left: { count: number }): Promise<void> {
  const { batchSize } = hostJson.parse(JSON.parse(readFileSync('host.json', 'utf8'))).extensions.queues;
  while (left.count > 0) {
    const { receivedMessageItems } = await places.queue.receiveMessages({ numberOfMessages: batchSize });
    left.count -= receivedMessageItems.length;
    if (receivedMessageItems.length > 0) await handle(places, receivedMessageItems);
  }
}

async function handle({ queue, outcomes, answers, audit, acs }: Places, messages: readonly DequeuedMessageItem[]) {
  const partitionKey = 'queued';
  const row = ({ messageId: rowKey }: DequeuedMessageItem) => ({ partitionKey, rowKey });
  const created = (values: object) => messages.map((it): TransactionAction => ['create', { ...row(it), ...values }]);
  const { subResponses } = await answers.submitTransaction(created(CLAIM));
  await Promise.all(messages.map(({ messageText }) => sendSms(acs, messageText)));
  await answers.submitTransaction(
    messages.map((it, index): TransactionAction => {
      const { etag = '' } = subResponses[index] ?? {};
      return ['update', { ...row(it), ...ANSWER }, 'Replace', { etag }];
    }),
  );
  await audit.submitTransaction(created(ENTRY));
  await Promise.all(messages.map(() => outcomes.sendMessage(OUTCOME)));
  await Promise.all(messages.map(({ messageId, popReceipt }) => queue.deleteMessage(messageId, popReceipt)));
}

async function sendSms(acs: Connection, body: string): Promise<void> {
  const response = await signedFetch(acs, { method: 'POST', target: '/sms?api-version=2021-03-07', body });
  await response.text();
  if (!response.ok) throw new Error(`ACS answered ${response.status}.`);
}
