import { ChatClient, type ChatThreadClient } from '@azure/communication-chat';
import { ChatClient as BetaChatClient } from '@azure/communication-chat-beta';
import { AzureCommunicationTokenCredential, type CommunicationUserIdentifier } from '@azure/communication-common';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient, type TokenScope } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import { SmsClient as BetaSmsClient } from '@azure/communication-sms-beta';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { uniqueTopic } from '../../setup/names.ts';
import { INSECURE, type SdkTarget, TRUSTING, withWrongKey } from '../targets.ts';

/** A class without its private members, which two versions of it do not share. */
type Members<Client> = Pick<Client, keyof Client>;

export type ThreadMembers = Members<ChatThreadClient>;

interface ChatMembers extends Omit<Members<ChatClient>, 'getChatThreadClient'> {
  getChatThreadClient(threadId: string): ThreadMembers;
}

interface ClientOptions {
  readonly httpClient: HttpClient;
}

/** The official packages in one column of the table. There is no newer beta of the others. */
export interface Column {
  readonly name: 'stable' | 'beta';
  readonly SmsClient: new (connectionString: string, options: ClientOptions) => Members<SmsClient>;
  readonly ChatClient: new (
    endpoint: string,
    credential: AzureCommunicationTokenCredential,
    options: ClientOptions,
  ) => ChatMembers;
}

export const STABLE: Column = { name: 'stable', SmsClient, ChatClient };
export const BETA: Column = { name: 'beta', SmsClient: BetaSmsClient, ChatClient: BetaChatClient };

export interface SentRequest {
  readonly method: string;
  /** With its query. */
  readonly url: URL;
}

export interface ChatUser {
  readonly user: CommunicationUserIdentifier;
  readonly token: string;
  readonly chat: ChatMembers;
}

export interface Thread {
  readonly id: string;
  readonly topic: string;
  readonly owner: ChatUser;
  readonly guest: ChatUser;
  readonly asOwner: ThreadMembers;
  readonly asGuest: ThreadMembers;
}

/** One server with the clients of one column, and the state that a case needs there. */
export interface Side {
  readonly target: SdkTarget;
  /** For clients that a case creates itself. */
  readonly options: typeof INSECURE & ClientOptions;
  readonly tlsOptions: typeof TRUSTING & ClientOptions;
  readonly sms: Members<SmsClient>;
  readonly email: EmailClient;
  readonly identity: CommunicationIdentityClient;
  /** The same with a key that the server does not know. */
  readonly withWrongKey: Pick<Side, 'sms' | 'email' | 'identity'>;
  chatUser(scopes?: TokenScope[]): Promise<ChatUser>;
  /** A chat user whose token the server has not issued. */
  stranger(): ChatUser;
  /** Of two users. */
  thread(): Promise<Thread>;
  /** What has been sent since the last call of this function. */
  takeRequests(): readonly SentRequest[];
}

export function createSide(target: SdkTarget, column: Column): Side {
  const requests: SentRequest[] = [];
  const httpClient = recording(requests);
  const options = { ...INSECURE, httpClient };
  const tlsOptions = { ...TRUSTING, httpClient };
  const clientsOf = (connectionString: string) => ({
    sms: new column.SmsClient(connectionString, options),
    email: new EmailClient(connectionString, options),
    identity: new CommunicationIdentityClient(connectionString, options),
  });
  const clients = clientsOf(target.connectionString);
  const chatOf = (token: string) =>
    new column.ChatClient(target.tlsEndpoint, new AzureCommunicationTokenCredential(token), tlsOptions);
  const chatUser = async (scopes: TokenScope[] = ['chat']): Promise<ChatUser> => {
    const { user, token } = await clients.identity.createUserAndToken(scopes);
    return { user, token, chat: chatOf(token) };
  };
  return {
    ...{ target, options, tlsOptions, ...clients, chatUser },
    withWrongKey: clientsOf(withWrongKey(target)),
    stranger: () => ({ user: { communicationUserId: '8:acs:none' }, token: FORGED, chat: chatOf(FORGED) }),
    thread: async () => createThread(await chatUser(), await chatUser()),
    takeRequests: () => requests.splice(0),
  };
}

async function createThread(owner: ChatUser, guest: ChatUser): Promise<Thread> {
  const topic = uniqueTopic();
  const participants = [{ id: guest.user, displayName: 'Guest' }];
  const { chatThread } = await owner.chat.createChatThread({ topic }, { participants });
  if (!chatThread) throw new Error('No thread was created.');
  const { id } = chatThread;
  const [asOwner, asGuest] = [owner.chat.getChatThreadClient(id), guest.chat.getChatThreadClient(id)];
  return { id, topic, owner, guest, asOwner, asGuest };
}

const part = (it: object) => Buffer.from(JSON.stringify(it)).toString('base64url');
const FORGED = [
  part({ alg: 'RS256', typ: 'JWT' }),
  part({ skypeid: 'acs:none', exp: Math.floor(Date.now() / 1000) + 3600 }),
  'Zm9yZ2Vk',
].join('.');

function recording(requests: SentRequest[]): HttpClient {
  const client = createDefaultHttpClient();
  return {
    sendRequest: (request) => {
      requests.push({ method: request.method, url: new URL(request.url) });
      return client.sendRequest(request);
    },
  };
}

/** How a member is called. The state is prepared first; what the returned function sends and returns is compared. */
export type Case = (side: Side) => Promise<() => unknown> | (() => unknown);

/** By names that say what is special about the input. */
export type Cases = Readonly<Record<string, Case>>;

/** Cases of one member. */
export interface MemberCases {
  readonly succeeds: Cases;
  /** Inputs for which the emulator returns an error. */
  readonly fails?: Cases;
}
