import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import type { Send, SmsJob } from './work.ts';

/** Of ids that are derived from a batch and a recipient. */
const NAMESPACE = '0f5e4d1c-93a5-4a57-9d0c-6f1d6c1b7c11';

interface SendResponse {
  readonly value: readonly { readonly to: string; readonly messageId?: string; readonly successful: boolean }[];
}

/** Calls `POST /sms` of ACS. Signs with our own code, which is faster than the official SDK. */
export function createSend(connectionString: string): Send {
  const [, endpoint = '', accessKey = ''] = /^endpoint=(.*?)\/*;accesskey=(.*)$/.exec(connectionString) ?? [];
  const url = `${endpoint}/sms?api-version=2021-03-07`;
  const key = importKey(accessKey);
  return async (job) => {
    const body = JSON.stringify({ from: job.from, message: job.message, smsRecipients: recipientsOf(job) });
    const { host: _host, ...signature } = sign({ method: 'POST', url, body, date: new Date() }, key);
    const headers = { 'content-type': 'application/json', ...signature };
    const response = await fetch(url, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`ACS answered ${response.status}: ${await response.text()}`);
    const { value } = (await response.json()) as SendResponse;
    const refused = value.find(({ successful }) => !successful);
    if (refused) throw new Error(`ACS refused ${JSON.stringify(refused)}.`);
    return Object.fromEntries(value.map(({ to, messageId = '' }) => [to, messageId]));
  };
}

function recipientsOf({ batch, recipients, firstSent }: SmsJob): object[] {
  const repeatabilityFirstSent = firstSent ?? new Date().toUTCString();
  return recipients.map((to) => ({
    to,
    repeatabilityRequestId: firstSent === undefined ? randomUUID() : v5(`${batch} ${to}`, NAMESPACE),
    repeatabilityFirstSent,
  }));
}
