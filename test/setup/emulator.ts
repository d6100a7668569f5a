import * as z from 'zod';
import type { EventChanges } from '../../infra/local/acs-emulator/events/eventSettings.ts';
import type { Fault } from '../../infra/local/acs-emulator/http/fault.ts';
import type { EmailRates } from '../../infra/local/acs-emulator/quotas/quotas.ts';
import { findConnection } from '../../infra/local/client/connection.ts';
import { call } from './switchboard.ts';

/** Functions for the emulator's own API under `/_emulator`. */

const list = <Item extends z.ZodType>(item: Item) => z.object({ value: z.array(item) });

const sms = list(
  z.looseObject({
    to: z.string(),
    messageId: z.string(),
    message: z.string(),
    from: z.string(),
    receivedAt: z.string(),
    smsSendOptions: z.looseObject({ enableDeliveryReport: z.boolean(), tag: z.string().optional() }).optional(),
  }),
);
const emails = list(z.looseObject({ id: z.string(), content: z.looseObject({ subject: z.string() }) }));
const chatMessages = z.array(
  z.looseObject({
    id: z.string(),
    type: z.string(),
    content: z.looseObject({ message: z.string().optional() }),
  }),
);
const threads = list(z.looseObject({ id: z.string(), topic: z.string(), messages: chatMessages }));
const stats = z.object({
  repeatsSuppressed: z.int(),
  requests: z.int(),
  delivered: z.int(),
  distinctRecipients: z.int(),
});
const faults = list(
  z.looseObject({
    status: z.union([z.number(), z.string()]),
    afterEffect: z.boolean().optional(),
    seen: z.int(),
    fired: z.int(),
  }),
);
const emailTraffic = z.object({
  sends: z.int(),
  sendsRefused: z.int(),
  reads: z.int(),
  readsRefused: z.int(),
  repeatsSuppressed: z.int(),
});
const events = z.object({
  enabled: z.boolean(),
  delaySeconds: z.number(),
  schema: z.enum(['eventGrid', 'cloudEvents']),
  pending: z.int(),
  sent: z.int(),
});
const received = z.object({ messageId: z.string() });
const identities = list(z.looseObject({ id: z.string() }));

const JSON_BODY = { 'content-type': 'application/json' };

async function read<Schema extends z.ZodType>(schema: Schema, url: string, init?: RequestInit) {
  const response = await fetch(url, { headers: JSON_BODY, ...init });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

const query = (to: string) => `?to=${encodeURIComponent(to)}`;

export const smsTo = async (acs: string, to: string) => (await read(sms, `${acs}/_emulator/sms${query(to)}`)).value;
export const allSms = async (acs: string) => (await read(sms, `${acs}/_emulator/sms`)).value;
export const smsFrom = async (acs: string, from: string) => (await allSms(acs)).filter((it) => it.from === from);
export const emailsTo = async (acs: string, to: string) =>
  (await read(emails, `${acs}/_emulator/emails${query(to)}`)).value;
export const smsStats = (acs: string) => read(stats, `${acs}/_emulator/sms/stats`);
export const identityIds = async (acs: string) =>
  (await read(identities, `${acs}/_emulator/identities`)).value.map(({ id }) => id);

export async function threadsAbout(acs: string, topic: string) {
  return (await read(threads, `${acs}/_emulator/threads`)).value.filter((thread) => thread.topic === topic);
}

/** Faults affect every caller of the emulator: use them only with an own stack. */
export function setFaults(acs: string, wanted: readonly Fault[]) {
  return read(faults, `${acs}/_emulator/faults`, { method: 'PUT', body: JSON.stringify(wanted) });
}

/** Sets recipients per minute by sender, above which the emulator returns 429. Removes the quotas of email. */
export async function setQuotas(acs: string, sms: Readonly<Record<string, number>>): Promise<void> {
  await read(z.unknown(), `${acs}/_emulator/quotas`, { method: 'PUT', body: JSON.stringify({ sms }) });
}

/** Sets sends and status reads by kind of domain, above which the emulator returns 429. Removes the quotas of SMS. */
export async function setEmailQuotas(acs: string, email: EmailRates): Promise<void> {
  await read(z.unknown(), `${acs}/_emulator/quotas`, { method: 'PUT', body: JSON.stringify({ email }) });
}

export const emailStats = (acs: string) => read(emailTraffic, `${acs}/_emulator/emails/stats`);

export const eventsOf = (acs: string) => read(events, `${acs}/_emulator/events`);

/** Changes whether, when and how the emulator sends events: use it only with an own stack. */
export function setEvents(acs: string, changes: EventChanges) {
  return read(events, `${acs}/_emulator/events`, { method: 'PUT', body: JSON.stringify(changes) });
}

/** Simulates an inbound SMS. @returns the message id */
export async function incomingSms(
  acs: string,
  sms: { readonly from: string; readonly to: string; readonly message: string },
): Promise<string> {
  const init = { method: 'POST', body: JSON.stringify(sms) };
  return (await read(received, `${acs}/_emulator/sms/incoming`, init)).messageId;
}

export const faultsOf = async (acs: string) => (await read(faults, `${acs}/_emulator/faults`)).value;

const created = z.object({ identity: z.object({ id: z.string() }), accessToken: z.object({ token: z.string() }) });

export interface ChatUser {
  readonly id: string;
  readonly token: string;
}

/** Creates a chat user directly at the emulator. */
export async function createChatUser(acsConnectionString: string | undefined): Promise<ChatUser> {
  const { body } = await call(findConnection(acsConnectionString), {
    method: 'POST',
    target: '/identities?api-version=2023-10-01',
    body: { createTokenWithScopes: ['chat'] },
  });
  const { identity, accessToken } = created.parse(body);
  return { id: identity.id, token: accessToken.token };
}
