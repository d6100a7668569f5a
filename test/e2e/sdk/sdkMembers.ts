import type { OPERATION_NAMES } from '../../../shared/contract/operationNames.ts';

type OperationName = (typeof OPERATION_NAMES)[number];

/** How a public member of an official client works through Switchboard. The table in `functions/README.md` shows it. */
export type SdkMember = (Served | Unserved) & {
  /** The packages that have it; both by default. */
  readonly only?: 'stable' | 'beta';
  /** Cases, by their names, of which the result is another than ACS's, with the reason for callers. */
  readonly differences?: Readonly<Record<string, string>>;
  /** The same for the beta. */
  readonly betaDifferences?: Readonly<Record<string, string>>;
};

interface Served {
  readonly operation: OperationName;
  /** The first version of Switchboard that has the operation. */
  readonly since: string;
  readonly exception?: never;
}

interface Unserved {
  readonly operation?: never;
  readonly since?: never;
  /** Why no operation serves it, for callers. */
  readonly exception: string;
}

/** A member that sends nothing to the resource. */
const LOCAL = { exception: 'Sends nothing.' } as const;

const NOT_YET = { exception: 'Not yet.' } as const;

const POLLER = { operation: 'getEmailOperation', since: '0.1.0' } as const;

const REAL_TIME = {
  exception:
    'Browsers only. Signaling is a service of Microsoft beside the resource: give a second `ChatClient` the ACS endpoint and the same user token.',
} as const;

const IMAGE = {
  only: 'beta',
  exception: 'Images in chat exist in a preview of ACS only. They work with the ACS endpoint and the same user token.',
} as const;

const chatThread = (operation: OperationName): SdkMember => ({ operation, since: '0.1.0' });

export const SDK_MEMBERS: Readonly<Record<string, SdkMember>> = {
  'SmsClient.send': { operation: 'sendSms', since: '0.1.0' },
  'EmailClient.beginSend': { operation: 'sendEmail', since: '0.1.0' },
  'EmailClient.beginSend().poll': POLLER,
  'EmailClient.beginSend().pollUntilDone': POLLER,
  'EmailClient.beginSend().onProgress': POLLER,
  'EmailClient.beginSend().toString': POLLER,
  'EmailClient.beginSend().getResult': LOCAL,
  'EmailClient.beginSend().getOperationState': LOCAL,
  'EmailClient.beginSend().isDone': LOCAL,
  'EmailClient.beginSend().isStopped': LOCAL,
  'EmailClient.beginSend().stopPolling': LOCAL,
  'CommunicationIdentityClient.createUser': { operation: 'createIdentity', since: '0.1.0' },
  'CommunicationIdentityClient.createUserAndToken': { operation: 'createIdentity', since: '0.1.0' },
  'CommunicationIdentityClient.getToken': { operation: 'issueAccessToken', since: '0.1.0' },
  'CommunicationIdentityClient.deleteUser': {
    ...{ operation: 'deleteIdentity', since: '0.1.0' },
    differences: { 'an identity that does not exist': 'Succeeds if the identity does not exist.' },
  },
  'CommunicationIdentityClient.revokeTokens': { operation: 'revokeAccessTokens', since: '0.1.0' },
  'CommunicationIdentityClient.getTokenForTeamsUser': { operation: 'exchangeTeamsUserAccessToken', since: '0.1.0' },
  'ChatClient.createChatThread': {
    ...{ operation: 'createChatThread', since: '0.1.0' },
    differences: {
      'a participant that does not exist': 'The result has `errors` as well as `invalidParticipants`.',
      'an empty topic': 'An empty topic is a 400.',
    },
  },
  'ChatClient.listChatThreads': { operation: 'listChatThreads', since: '0.1.0' },
  'ChatClient.getChatThreadClient': LOCAL,
  'ChatClient.startRealtimeNotifications': REAL_TIME,
  'ChatClient.stopRealtimeNotifications': REAL_TIME,
  'ChatClient.on': REAL_TIME,
  'ChatClient.off': REAL_TIME,
  'ChatThreadClient.threadId': LOCAL,
  'ChatThreadClient.sendMessage': {
    ...chatThread('sendChatMessage'),
    differences: { 'content that is too long': 'Content above 28 KB is a 400, not a 413.' },
  },
  'ChatThreadClient.listMessages': chatThread('listChatMessages'),
  'SmsClient.optOuts.add': { only: 'beta', ...NOT_YET },
  'SmsClient.optOuts.check': { only: 'beta', ...NOT_YET },
  'SmsClient.optOuts.remove': { only: 'beta', ...NOT_YET },
  'ChatClient.deleteChatThread': { ...NOT_YET },
  'ChatThreadClient.getProperties': { ...NOT_YET },
  'ChatThreadClient.updateTopic': { ...NOT_YET },
  'ChatThreadClient.updateProperties': { ...NOT_YET },
  'ChatThreadClient.addParticipants': { ...NOT_YET },
  'ChatThreadClient.listParticipants': { ...NOT_YET },
  'ChatThreadClient.removeParticipant': { ...NOT_YET },
  'ChatThreadClient.getMessage': chatThread('getChatMessage'),
  'ChatThreadClient.updateMessage': {
    ...chatThread('updateChatMessage'),
    differences: { 'content that is too long': 'Content above 28 KB is a 400, not a 413.' },
  },
  'ChatThreadClient.deleteMessage': chatThread('deleteChatMessage'),
  'ChatThreadClient.sendTypingNotification': chatThread('sendTypingNotification'),
  'ChatThreadClient.sendReadReceipt': chatThread('sendReadReceipt'),
  'ChatThreadClient.listReadReceipts': chatThread('listReadReceipts'),
  'ChatThreadClient.uploadImage': IMAGE,
  'ChatThreadClient.deleteImage': IMAGE,
};
