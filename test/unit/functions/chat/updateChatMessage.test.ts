import { expect, test } from 'vitest';
import { updateChatMessage } from '../../../../functions/chat/updateChatMessage.ts';
import { tokenAt } from '../../../setup/credentials.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';
import { chatRequests, chatService, forgetfulChat, MESSAGE, MESSAGE_PARAMS, MESSAGE_PATH, THREAD } from './fixtures.ts';

const OPERATION = anyOperation(updateChatMessage);
const BODY = { content: 'Hello, everyone', metadata: { edited: 'yes' } };
const SENT = {
  target: `/chat/threads/${THREAD}/messages/${MESSAGE}?api-version=2024-03-15`,
  params: MESSAGE_PARAMS,
  body: BODY,
};
const acs = chatService({ status: 204 });
const THEIRS = tokenAt(NOW);

test.each([
  ['the client’s own user', {}, 'minted'],
  ['the user of its token', { key: null, headers: { authorization: `Bearer ${THEIRS}` } }, THEIRS],
  ['the acting user', { key: KEYS.office, headers: { 'acting-user': '8:acs:c_d' } }, 'minted'],
])('a message is edited as %s', async (_, as, userToken) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, ...as })).toMatchObject({ status: 204, body: undefined });
  expect(chatRequests(sent)).toMatchObject([{ method: 'PATCH', path: MESSAGE_PATH, body: BODY, userToken }]);
});

test('a message is edited from a queue', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: MESSAGE_PARAMS, body: BODY });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 204, data: null }]);
  expect(chatRequests(sent)).toMatchObject([{ body: BODY }]);
});

test('an edit whose answer was lost is repeated under its key, and then no more', async () => {
  const { http, sent } = rig({ acs: forgetfulChat(acs) });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204 });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204, headers: { 'idempotent-replayed': 'true' } });
  expect(chatRequests(sent)).toHaveLength(2);
});

test('an invalid edit is not sent', async () => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, body: { content: 17 } })).toMatchObject({
    ...{ status: 400, body: { error: { target: 'content' } } },
  });
  expect(chatRequests(sent)).toEqual([]);
});
