import type { FakeAnswer, SentRequest } from '../../acs/fixtures.ts';

export const USER = '8:acs:a_b';
export const THREAD = '19:abc@thread.v2';
export const WIRE = { rawId: USER, communicationUser: { id: USER } };
export const BOTH = { ...WIRE, communicationUserId: USER };

/** ACS, whose chat answers with one answer; it knows one identity and its token. */
export function chatService(answer: FakeAnswer): (request: SentRequest) => FakeAnswer {
  return ({ service, path }) => {
    if (service === 'chat') return answer;
    if (path === '/identities') return { status: 201, body: { identity: { id: USER } } };
    return { body: { token: 'minted', expiresOn: '2026-01-15T09:30:00Z' } };
  };
}

/** What was sent to chat: whose token, and which request. */
export const chatRequests = (sent: readonly SentRequest[]): readonly SentRequest[] =>
  sent.filter(({ service }) => service === 'chat');
