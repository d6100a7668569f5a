import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  generateQueueSASQueryParameters,
  QueueSASPermissions,
  QueueServiceClient,
  StorageSharedKeyCredential,
} from '@azure/storage-queue';
import { expect } from 'vitest';
import { smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import type { OwnStack } from '../setup/ownStack.ts';

/** What a page would send to the servers of `npm start`. */

export interface Sent {
  readonly method?: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** With any Host and Origin, which `fetch` does not allow. */
export function send(url: string, { method = 'GET', body, headers }: Sent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, async (incoming) => {
      resolve({ status: incoming.statusCode ?? 0, body: await text(incoming) });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

export const JSON_BODY = { 'content-type': 'application/json' };

const smsMessage = (to: string) =>
  JSON.stringify({ body: { from: SENDER, smsRecipients: [{ to }], message: 'from a web page' } });

export const adminUrl = (stack: OwnStack) => `${stack.switchboard}/admin/functions/sendSmsFromQueue`;
export const adminBody = (to: string) => JSON.stringify({ input: smsMessage(to) });

/** Sends as a developer may. When that message has arrived, one that was sent before would have arrived, too. */
export async function sentByDeveloper(stack: OwnStack): Promise<void> {
  const to = uniquePhone();
  const sent = { method: 'POST', body: adminBody(to), headers: JSON_BODY };
  expect(await send(adminUrl(stack), sent)).toMatchObject({ status: 202 });
  await eventually('the message of the developer', async () => (await smsTo(stack.acs, to)).length > 0 || undefined);
}

/** Azurite's public account key. @see Azurite README, "Default storage account" */
export const PUBLIC_STORAGE_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** An address with a signature of its own, at which a page could put a message on a queue. */
export function queueAddress(stack: OwnStack, accountKey: string): string {
  const queue = QueueServiceClient.fromConnectionString(stack.storage ?? '').getQueueClient('send-sms');
  const credential = new StorageSharedKeyCredential(queue.accountName, accountKey);
  const expiresOn = new Date(Date.now() + 60_000);
  const permissions = QueueSASPermissions.parse('a');
  const signature = generateQueueSASQueryParameters({ queueName: queue.name, permissions, expiresOn }, credential);
  return `${queue.url}/messages?${signature}`;
}

export const queueBody = (to: string) =>
  `<QueueMessage><MessageText>${Buffer.from(smsMessage(to)).toString('base64')}</MessageText></QueueMessage>`;
