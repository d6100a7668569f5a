import { expect } from 'vitest';
import { addChatParticipants } from '../../../functions/chat/addChatParticipants.ts';
import { createChatThread } from '../../../functions/chat/createChatThread.ts';
import { removeChatParticipant } from '../../../functions/chat/removeChatParticipant.ts';
import { sendChatMessage } from '../../../functions/chat/sendChatMessage.ts';
import { updateChatMessage } from '../../../functions/chat/updateChatMessage.ts';
import { updateChatThread } from '../../../functions/chat/updateChatThread.ts';
import { sendEmail } from '../../../functions/email/sendEmail.ts';
import { createIdentity } from '../../../functions/identity/createIdentity.ts';
import { issueAccessToken } from '../../../functions/identity/issueAccessToken.ts';
import { sendSms } from '../../../functions/sms/sendSms.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import type { FakeAnswer, SentRequest } from '../acs/fixtures.ts';
import { anyOperation } from '../operation/fixtures.ts';

export const USER = '8:acs:a_b';
export const ANNA = '+14255550123';
const participant = { communicationIdentifier: { rawId: USER } };
const wireParticipant = { communicationIdentifier: { rawId: USER, communicationUser: { id: USER } } };

/** A request with members that are null. */
export interface NullCase {
  readonly operation: AnyOperation;
  readonly params?: Record<string, string>;
  readonly body: object;
  /** What goes to ACS: nothing that is null. */
  readonly sent: object;
}

export const CASES: readonly NullCase[] = [
  {
    operation: anyOperation(createIdentity),
    body: { createTokenWithScopes: null, expiresInMinutes: null },
    sent: {},
  },
  {
    operation: anyOperation(issueAccessToken),
    params: { id: USER },
    body: { scopes: ['chat'], expiresInMinutes: null },
    sent: { scopes: ['chat'] },
  },
  {
    operation: anyOperation(sendSms),
    body: {
      from: '+18005550100',
      smsRecipients: [{ to: ANNA, repeatabilityRequestId: null, repeatabilityFirstSent: null }],
      message: 'Hello',
      smsSendOptions: null,
    },
    sent: {
      from: '+18005550100',
      smsRecipients: [
        { to: ANNA, repeatabilityRequestId: expect.any(String), repeatabilityFirstSent: expect.any(String) },
      ],
      message: 'Hello',
    },
  },
  {
    operation: anyOperation(sendSms),
    body: {
      from: '+18005550100',
      smsRecipients: [{ to: ANNA }],
      message: 'Hello',
      smsSendOptions: {
        ...{ enableDeliveryReport: null, tag: null, deliveryReportTimeoutInSeconds: null, messagingConnect: null },
      },
    },
    sent: {
      from: '+18005550100',
      smsRecipients: [expect.objectContaining({ to: ANNA })],
      message: 'Hello',
      smsSendOptions: { enableDeliveryReport: false },
    },
  },
  {
    operation: anyOperation(sendEmail),
    body: {
      senderAddress: 'news@contoso.com',
      recipients: { to: null, cc: null, bcc: [{ address: 'anna@contoso.com' }] },
      content: { subject: 'Hello', html: null, plainText: 'World' },
      attachments: [{ name: 'a', contentType: 'text/plain', contentInBase64: 'QUFB', contentId: null }],
      replyTo: null,
      headers: { 'x-campaign': null },
      importance: null,
      userEngagementTrackingDisabled: null,
    },
    sent: {
      senderAddress: 'news@contoso.com',
      recipients: { to: [], bcc: [{ address: 'anna@contoso.com' }] },
      content: { subject: 'Hello', plainText: 'World' },
      attachments: [{ name: 'a', contentType: 'text/plain', contentInBase64: 'QUFB' }],
      headers: {},
    },
  },
  {
    operation: anyOperation(createChatThread),
    body: {
      topic: 'Topic',
      participants: [{ ...participant, displayName: null, shareHistoryTime: null, metadata: { a: null, b: 'c' } }],
      metadata: null,
      retentionPolicy: null,
    },
    sent: { topic: 'Topic', participants: [{ ...wireParticipant, metadata: { b: 'c' } }] },
  },
  {
    operation: anyOperation(createChatThread),
    body: {
      topic: 'Topic',
      participants: [{ communicationIdentifier: { rawId: USER, communicationUser: null, phoneNumber: null } }],
    },
    sent: { topic: 'Topic', participants: [wireParticipant] },
  },
  {
    operation: anyOperation(sendChatMessage),
    params: { chatThreadId: '19:abc@thread.v2' },
    body: { content: 'Hello', senderDisplayName: null, type: null, metadata: null },
    sent: { content: 'Hello' },
  },
  {
    operation: anyOperation(updateChatMessage),
    params: { chatThreadId: '19:abc@thread.v2', chatMessageId: '17' },
    body: { content: null, metadata: { a: null, b: 'c' } },
    sent: { metadata: { b: 'c' } },
  },
  {
    operation: anyOperation(updateChatThread),
    params: { chatThreadId: '19:abc@thread.v2' },
    body: { topic: null, metadata: { a: null, b: 'c' }, retentionPolicy: null },
    sent: { metadata: { b: 'c' } },
  },
  {
    operation: anyOperation(addChatParticipants),
    params: { chatThreadId: '19:abc@thread.v2' },
    body: { participants: [{ ...participant, displayName: null, shareHistoryTime: null, metadata: null }] },
    sent: { participants: [wireParticipant] },
  },
  {
    operation: anyOperation(removeChatParticipant),
    params: { chatThreadId: '19:abc@thread.v2' },
    body: { rawId: USER, kind: null, communicationUser: null, phoneNumber: null },
    sent: { rawId: USER, communicationUser: { id: USER } },
  },
];

/** ACS, which takes everything. */
export function acs({ path }: SentRequest): FakeAnswer {
  if (path.endsWith(':issueAccessToken')) return { body: { token: 'minted', expiresOn: '2026-01-15T09:30:00Z' } };
  if (path === '/identities') return { status: 201, body: { identity: { id: USER } } };
  if (path === '/sms') return { status: 202, body: { value: [] } };
  if (path === '/emails:send') return { status: 202, body: { id: 'x', status: 'Running', error: null } };
  if (path === '/chat/threads') return { status: 201, body: { chatThread: { id: 't' } } };
  return { status: 201, body: { id: '1' } };
}
