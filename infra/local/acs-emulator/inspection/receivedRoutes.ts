import * as z from 'zod';
import { writeMessage, writeParticipant, writeReceipt, writeThread } from '../chat/chatWire.ts';
import type { Context } from '../context.ts';
import { receiveSms } from '../sms/receiveSms.ts';
import { inspectionRoute, inspectionRoutes, partyParameter, wholeNumber } from './inspectionRoute.ts';

const filter = z.object({
  to: partyParameter.optional().describe('Only messages to this number or address.'),
  top: wholeNumber(0, 999_999_999).optional().describe('Only the newest messages, at most this many.'),
});

const count = z.int();

const list = <Element extends z.ZodType>(element: Element) => z.object({ value: z.array(element) });

/** What a mailbox received, as complete lists in the words of ACS. */
export const receivedRoutes = inspectionRoutes({
  listIdentities: inspectionRoute({
    method: 'GET',
    path: '/_emulator/identities',
    summary: 'Lists the identities, oldest first.',
    response: list(
      z.object({
        id: z.string(),
        createdOn: z.iso.datetime(),
        tokensIssued: count,
        lastTokenIssuedAt: z.iso.datetime().optional(),
      }),
    ),
    handle: (_, { identities }) => ({ status: 200, body: { value: identities.list() } }),
  }),
  listSms: inspectionRoute({
    method: 'GET',
    path: '/_emulator/sms',
    summary: 'Lists the SMS messages that were sent, oldest first.',
    query: filter,
    response: list(
      z.looseObject({
        to: z.string(),
        messageId: z.string(),
        from: z.string(),
        message: z.string(),
        receivedAt: z.iso.datetime(),
      }),
    ),
    handle: ({ query }, { sms }) => ({ status: 200, body: { value: sms.list(query) } }),
  }),
  getSmsStats: inspectionRoute({
    method: 'GET',
    path: '/_emulator/sms/stats',
    summary: 'Counts the SMS messages since the last reset.',
    response: z.object({
      requests: count,
      accepted: count.describe('Messages in all answers, including repeats.'),
      delivered: count.describe('Messages that were sent.'),
      repeatsSuppressed: count.describe('Messages whose repeatability id was known, which were not sent again.'),
      distinctRecipients: count.describe('At most 1,000,000: further ones are not counted.'),
    }),
    handle: (_, { sms }) => ({ status: 200, body: sms.stats() }),
  }),
  receiveSms: inspectionRoute({
    method: 'POST',
    path: '/_emulator/sms/incoming',
    summary: 'Simulates an SMS message from a phone: applies STOP and START, and emits the event.',
    body: z
      .strictObject({
        from: z.string().describe('The phone number that sends it.'),
        to: z.string().describe('One of your senders.'),
        message: z.string(),
      })
      .meta({ examples: [{ from: '+14255550123', to: '+18005550100', message: 'STOP' }] }),
    response: z.object({ messageId: z.string() }),
    status: 202,
    handle: ({ body }, context) => ({ status: 202, body: { messageId: receiveSms(body, context) } }),
  }),
  listEmails: inspectionRoute({
    method: 'GET',
    path: '/_emulator/emails',
    summary: 'Lists the email messages as they were sent, oldest first.',
    query: filter,
    response: list(z.looseObject({ id: z.string(), receivedAt: z.iso.datetime() })),
    handle: ({ query }, { emails }) => ({ status: 200, body: { value: emails.list(query) } }),
  }),
  getEmailStats: inspectionRoute({
    method: 'GET',
    path: '/_emulator/emails/stats',
    summary: 'Counts the requests of the email service since the last reset.',
    response: z.object({
      sends: count,
      sendsRefused: count.describe('Answered with 429.'),
      reads: count.describe('Of the status of operations.'),
      readsRefused: count,
      repeatsSuppressed: count.describe('Sends whose `Operation-Id` was known.'),
    }),
    handle: (_, { emailQuotas }) => ({ status: 200, body: emailQuotas.stats() }),
  }),
  listThreads: inspectionRoute({
    method: 'GET',
    path: '/_emulator/threads',
    summary: 'Lists the chat threads with their participants, messages and read receipts, oldest first.',
    response: list(
      z.looseObject({
        id: z.string(),
        topic: z.string(),
        participants: z.array(z.looseObject({})),
        messages: z.array(z.looseObject({ id: z.string() })),
        readReceipts: z.array(z.looseObject({ chatMessageId: z.string() })),
      }),
    ),
    handle: (_, context) => ({ status: 200, body: { value: threads(context) } }),
  }),
});

function threads({ chat }: Context): object[] {
  return chat.threads().map((thread) => ({
    ...writeThread(thread),
    participants: Array.from(thread.participants.values(), writeParticipant),
    messages: Array.from(thread.messages.values(), writeMessage),
    readReceipts: Array.from(thread.receipts, writeReceipt),
  }));
}
