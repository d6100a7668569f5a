import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { expect } from 'vitest';
import { INSECURE, type SdkTarget, TRUSTING } from './targets.ts';

/** A chat user whose token comes from the target's own identity route. */
export async function chatUser({ connectionString, tlsEndpoint }: SdkTarget) {
  const identities = new CommunicationIdentityClient(connectionString, INSECURE);
  const { user, token } = await identities.createUserAndToken(['chat']);
  return { user, client: new ChatClient(tlsEndpoint, new AzureCommunicationTokenCredential(token), TRUSTING) };
}

export type ChatUser = Awaited<ReturnType<typeof chatUser>>;

export async function createThread({ client }: ChatUser, topic: string, ...guests: ChatUser[]) {
  const participants = guests.map(({ user }) => ({ id: user, displayName: 'Guest' }));
  const { chatThread, invalidParticipants } = await client.createChatThread({ topic }, { participants });
  expect(invalidParticipants).toBeUndefined();
  return { threadId: chatThread?.id ?? '', chatThread };
}
