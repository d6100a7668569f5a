import type { OPERATION_NAMES } from '../../shared/contract/operationNames.ts';

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

/** An operation of the first version. */
const since010 = (operation: OperationName): SdkMember => ({ operation, since: '0.1.0' });

const POLLER = since010('getEmailOperation');

const REAL_TIME = {
  exception:
    'Browsers only. The signaling service belongs to Microsoft, and ACS names it at `/chat/config/realTimeNotifications`: give a second `ChatClient` the ACS endpoint and the same user token.',
} as const;

const IMAGE = {
  only: 'beta',
  exception: 'Images in chat exist in a preview of ACS only. They work with the ACS endpoint and the same user token.',
} as const;

/** The package of each class. */
export const SDK_PACKAGES: Readonly<Record<string, string>> = {
  SmsClient: '@azure/communication-sms',
  EmailClient: '@azure/communication-email',
  CommunicationIdentityClient: '@azure/communication-identity',
  ChatClient: '@azure/communication-chat',
  ChatThreadClient: '@azure/communication-chat',
};

const TOO_LONG = { 'content that is too long': 'Content above 28 KB is a 400, not a 413.' };

export const SDK_MEMBERS: Readonly<Record<string, SdkMember>> = {
  'SmsClient.send': since010('sendSms'),
  'SmsClient.optOuts.add': { only: 'beta', ...since010('addSmsOptOuts') },
  'SmsClient.optOuts.check': { only: 'beta', ...since010('checkSmsOptOuts') },
  'SmsClient.optOuts.remove': { only: 'beta', ...since010('removeSmsOptOuts') },
  'EmailClient.beginSend': since010('sendEmail'),
  'EmailClient.beginSend().poll': POLLER,
  'EmailClient.beginSend().pollUntilDone': POLLER,
  'EmailClient.beginSend().onProgress': POLLER,
  'EmailClient.beginSend().toString': POLLER,
  'EmailClient.beginSend().getResult': LOCAL,
  'EmailClient.beginSend().getOperationState': LOCAL,
  'EmailClient.beginSend().isDone': LOCAL,
  'EmailClient.beginSend().isStopped': LOCAL,
  'EmailClient.beginSend().stopPolling': LOCAL,
  'CommunicationIdentityClient.createUser': since010('createIdentity'),
  'CommunicationIdentityClient.createUserAndToken': since010('createIdentity'),
  'CommunicationIdentityClient.getToken': since010('issueAccessToken'),
  'CommunicationIdentityClient.revokeTokens': since010('revokeAccessTokens'),
  'CommunicationIdentityClient.deleteUser': {
    ...since010('deleteIdentity'),
    differences: { 'an identity that does not exist': 'Succeeds if the identity does not exist.' },
  },
  'CommunicationIdentityClient.getTokenForTeamsUser': since010('exchangeTeamsUserAccessToken'),
  'ChatClient.createChatThread': {
    ...since010('createChatThread'),
    differences: {
      'a participant that does not exist': 'The result has `errors` as well as `invalidParticipants`.',
      'an empty topic': 'An empty topic is a 400.',
    },
  },
  'ChatClient.listChatThreads': since010('listChatThreads'),
  'ChatClient.deleteChatThread': since010('deleteChatThread'),
  'ChatClient.getChatThreadClient': LOCAL,
  'ChatClient.startRealtimeNotifications': REAL_TIME,
  'ChatClient.stopRealtimeNotifications': REAL_TIME,
  'ChatClient.on': REAL_TIME,
  'ChatClient.off': REAL_TIME,
  'ChatThreadClient.threadId': LOCAL,
  'ChatThreadClient.getProperties': {
    ...since010('getChatThread'),
    betaDifferences: { 'a thread': 'Has `retentionPolicy`, as in the API version that Switchboard uses.' },
  },
  'ChatThreadClient.updateTopic': since010('updateChatThread'),
  'ChatThreadClient.updateProperties': since010('updateChatThread'),
  'ChatThreadClient.addParticipants': since010('addChatParticipants'),
  'ChatThreadClient.listParticipants': since010('listChatParticipants'),
  'ChatThreadClient.removeParticipant': since010('removeChatParticipant'),
  'ChatThreadClient.sendMessage': { ...since010('sendChatMessage'), differences: TOO_LONG },
  'ChatThreadClient.getMessage': since010('getChatMessage'),
  'ChatThreadClient.listMessages': since010('listChatMessages'),
  'ChatThreadClient.updateMessage': { ...since010('updateChatMessage'), differences: TOO_LONG },
  'ChatThreadClient.deleteMessage': since010('deleteChatMessage'),
  'ChatThreadClient.sendReadReceipt': since010('sendReadReceipt'),
  'ChatThreadClient.listReadReceipts': since010('listReadReceipts'),
  'ChatThreadClient.sendTypingNotification': since010('sendTypingNotification'),
  'ChatThreadClient.uploadImage': IMAGE,
  'ChatThreadClient.deleteImage': IMAGE,
};
