import { expect, test } from 'vitest';
import { updateChatThread } from '../../../../functions/chat/updateChatThread.ts';
import { tokenAt } from '../../../setup/credentials.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';
import { chatRequests, chatService, forgetfulChat, rejectingChat, THREAD, THREAD_PATH } from './fixtures.ts';

const OPERATION = anyOperation(updateChatThread);
const BODY = { topic: 'Lunch', metadata: { room: '5' }, retentionPolicy: { kind: 'none' } };
const SENT = { target: `/chat/threads/${THREAD}?api-version=2024-03-15`, params: { chatThreadId: THREAD }, body: BODY };
const acs = chatService({ status: 204 });
const THEIRS = tokenAt(NOW);

test.each([
  ['the client’s own user', {}, 'minted'],
  ['the user of its token', { key: null, headers: { authorization: `Bearer ${THEIRS}` } }, THEIRS],
  ['the acting user', { key: KEYS.office, headers: { 'acting-user': '8:acs:c_d' } }, 'minted'],
])('a thread is changed as %s', async (_, as, userToken) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, ...as })).toMatchObject({ status: 204, body: undefined });
  expect(chatRequests(sent)).toMatchObject([{ method: 'PATCH', path: THREAD_PATH, body: BODY, userToken }]);
});

// ACS answers 204: azure-sdk-for-net, ChatClientsLiveTests: Update_Thread_Properties
test('a change of nothing is sent to ACS, and a missing one is refused', async () => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, body: '{}' })).toMatchObject({ status: 204 });
  expect(await http(OPERATION, { ...SENT, body: '' })).toMatchObject({ status: 400 });
  expect(chatRequests(sent).map(({ body }) => body)).toEqual([{}]);
});

test('a thread is changed from a queue', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: { chatThreadId: THREAD }, body: BODY });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 204, data: null }]);
  expect(chatRequests(sent)).toMatchObject([{ body: BODY }]);
});

test.each([
  [{ topic: '' }, 'topic'],
  [{ topic: 17 }, 'topic'],
  [{ metadata: { room: 5 } }, 'metadata.room'],
  [{ metadata: { room: 'x'.repeat(1024) } }, 'metadata'],
  [{ retentionPolicy: { kind: 'threadCreationDate' } }, 'retentionPolicy.deleteThreadAfterDays'],
])('an invalid change is not sent: %j', async (body, target) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, body })).toMatchObject({ status: 400, body: { error: { target } } });
  expect(chatRequests(sent)).toEqual([]);
});

test('a change whose answer was lost is repeated under its key, and then no more', async () => {
  const { http, sent } = rig({ acs: forgetfulChat(acs) });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204 });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204, headers: { 'idempotent-replayed': 'true' } });
  expect(chatRequests(sent)).toHaveLength(2);
});

test('a user who is not a participant gets ACS’s own answer', async () => {
  expect(await rig({ acs: rejectingChat(403, 'Forbidden') }).http(OPERATION, SENT)).toMatchObject({
    ...{ status: 403, body: { error: { code: 'Forbidden' } } },
  });
});
