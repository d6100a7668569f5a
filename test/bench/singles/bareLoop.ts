/**
 * The storage calls of single messages from a queue, without anything else: one request to ACS, the outcome's message, and,
 * for those received together, one transaction each for the claims, the answers and the audit entries. For emails, also the
 * rows of each and of its next status read, before and after the request, in four partitions.
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
import { type Kind, requestTo } from './messages.ts';
import { putAndDrain } from './putAndDrain.ts';

const hostJson = z.object({ extensions: z.object({ queues: z.object({ batchSize: z.int() }) }) });

/** As long as the real ones. */
const CLAIM = { fingerprint: 'f'.repeat(44), state: 'running', firstSent: 1, lockedUntil: 1 };
const ANSWER = { ...CLAIM, endingPieces: 1, ending0: 'x'.repeat(230) };
const ENTRY = { time: 1, trigger: 'queue', operation: 'sendSms', client: 'everything', status: 202, recipients: 1 };
const EMAIL = { state: 'submitting', client: 'everything', sender: 'news@contoso.com', mail0: 'x'.repeat(600) };
const EMAIL_PARTITIONS = ['0', '1', '2', '3'];
const OUTCOME = Buffer.from('x'.repeat(480)).toString('base64');

/** Batches handled at the same time, as the host does with a threshold of half a batch. */
const BATCHES_TOGETHER = 2;

interface Places {
  readonly queue: QueueClient;
  readonly outcomes: QueueClient;
  readonly answers: TableClient;
  readonly audit: TableClient;
  /** Undefined for SMS messages. */
  readonly emails: TableClient | undefined;
  readonly acs: Connection;
}

/** @returns messages per second */
export async function bareLoop(stack: OwnStack, kind: Kind, count: number): Promise<number> {
  const { storage = '', acsConnectionString } = stack;
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
    emails: kind === 'email' ? table() : undefined,
    acs: findConnection(acsConnectionString),
  };
  const { queue, outcomes, answers, audit, emails } = places;
  const tables = [answers, audit, ...(emails ? [emails] : [])];
  await Promise.all([queue.create(), outcomes.create(), ...tables.map((it) => it.createTable())]);
  const left = { count };
  const consumers = Array.from({ length: BATCHES_TOGETHER }, () => consume(places, left));
  const messages = phoneNumbers(count).map((to) => requestTo(kind, to));
  const [rate] = await Promise.all([putAndDrain(queue, messages), ...consumers]);
  await Promise.all([queue.delete(), outcomes.delete(), ...tables.map((it) => it.deleteTable())]);
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

async function handle(
  { queue, outcomes, answers, audit, emails, acs }: Places,
  messages: readonly DequeuedMessageItem[],
) {
  const partitionKey = 'queued';
  const row = ({ messageId: rowKey }: DequeuedMessageItem) => ({ partitionKey, rowKey });
  const created = (values: object) => messages.map((it): TransactionAction => ['create', { ...row(it), ...values }]);
  const { subResponses } = await answers.submitTransaction(created(CLAIM));
  if (emails) await inEachPartition(messages, (own) => emails.submitTransaction(own.flatMap(submitted)));
  const target = emails ? '/emails:send?api-version=2023-03-31' : '/sms?api-version=2021-03-07';
  await Promise.all(messages.map(({ messageText }) => send(acs, target, messageText)));
  if (emails) await inEachPartition(messages, (own) => emails.submitTransaction(own.flatMap(accepted)));
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

interface EmailRow {
  readonly partitionKey: string;
  readonly id: string;
}

async function inEachPartition(
  messages: readonly DequeuedMessageItem[],
  write: (rows: readonly EmailRow[]) => Promise<unknown>,
): Promise<void> {
  const rows = messages.map(({ messageId: id }, index): EmailRow => {
    return { partitionKey: EMAIL_PARTITIONS[index % EMAIL_PARTITIONS.length] ?? '', id };
  });
  const byPartition = Map.groupBy(rows, ({ partitionKey }) => partitionKey);
  await Promise.all(Array.from(byPartition.values(), write));
}

const emailRow = ({ partitionKey, id }: EmailRow) => ({ partitionKey, rowKey: `mail-${id}`, ...EMAIL });
const laneRow = ({ partitionKey, id }: EmailRow, on: number) => ({ partitionKey, rowKey: `custom-${on}-${id}`, id });

function submitted(row: EmailRow): TransactionAction[] {
  return [
    ['create', emailRow(row)],
    ['create', laneRow(row, 1)],
  ];
}

function accepted(row: EmailRow): TransactionAction[] {
  return [
    ['update', emailRow(row), 'Replace'],
    ['delete', laneRow(row, 1)],
    ['create', laneRow(row, 2)],
  ];
}

async function send(acs: Connection, target: string, body: string): Promise<void> {
  const response = await signedFetch(acs, { method: 'POST', target, body });
  await response.text();
  if (!response.ok) throw new Error(`ACS answered ${response.status}.`);
}
