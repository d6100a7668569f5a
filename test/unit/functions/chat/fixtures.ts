import { inDoubt } from '../../../../shared/acs/acsError.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import type { AnyOperation } from '../../../../shared/operation/definition.ts';
import type { FakeAnswer, SentRequest } from '../../acs/fixtures.ts';
import { rig, type Sent } from '../../operation/fixtures.ts';

export const USER = '8:acs:a_b';
export const THREAD = '19:abc@thread.v2';
export const THREAD_PATH = '/chat/threads/19%3Aabc%40thread.v2';
export const MESSAGE = '1591768249318';
export const MESSAGE_PATH = '/chat/threads/19%3Aabc%40thread.v2/messages/1591768249318';
export const MESSAGE_PARAMS = { chatThreadId: THREAD, chatMessageId: MESSAGE };
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

/** ACS, whose chat loses its first answer. */
export function forgetfulChat(later: (request: SentRequest) => FakeAnswer): (request: SentRequest) => FakeAnswer {
  let isLost = false;
  return (request) => {
    if (request.service !== 'chat' || isLost) return later(request);
    isLost = true;
    throw inDoubt('ACS did not answer', request, undefined);
  };
}

/** ACS, whose chat rejects every request. */
export function rejectingChat(status: number, code: string): (request: SentRequest) => FakeAnswer {
  const chat = chatService({});
  return (request) => {
    if (request.service !== 'chat') return chat(request);
    throw new SwitchboardError('UpstreamRejected', 'rejected', { upstream: { status, code } });
  };
}

const EVERY_ENTRY = { client: undefined, operation: undefined, from: undefined, to: undefined, after: undefined };

/** The status and the id of each audit entry of a call that is made, then repeated under its key. */
export async function auditedOf(
  operation: AnyOperation,
  call: Sent,
  acs: (request: SentRequest) => FakeAnswer,
): Promise<ReadonlySet<string>> {
  const { http, runtime } = rig({ acs, variables: { AUDIT_RETENTION_DAYS: '30' } });
  const named = { ...call, headers: { 'idempotency-key': 'a' } };
  for (const _ of ['first', 'repeated']) await http(operation, named);
  const { value } = await runtime.auditLog(runtime.clients.named('shop'), { ...EVERY_ENTRY, pageSize: 10 });
  return new Set(value.map(({ status, resource }) => `${status} ${resource?.id}`));
}
