import { expect, test } from 'vitest';
import { removeChatParticipant } from '../../../../functions/chat/removeChatParticipant.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import {
  auditedOf,
  chatRequests,
  chatService,
  forgetfulChat,
  rejectingChat,
  THREAD,
  THREAD_PATH,
  USER,
  WIRE,
} from './fixtures.ts';

const OPERATION = anyOperation(removeChatParticipant);
const PARAMS = { chatThreadId: THREAD };
const SENT = {
  target: `/chat/threads/${THREAD}/participants/:remove?api-version=2024-03-15`,
  ...{ params: PARAMS, body: { communicationUserId: USER } },
};
const acs = chatService({ status: 204 });

test.each([
  [{ communicationUserId: USER }, WIRE],
  [{ rawId: USER }, WIRE],
  [WIRE, WIRE],
  [{ communicationUser: { id: USER } }, WIRE],
  [
    { rawId: '4:+14255550123' },
    { rawId: '4:+14255550123', phoneNumber: { value: '+14255550123', isAnonymous: false } },
  ],
])('a participant is removed by the bare identifier %j', async (body, wire) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, body })).toMatchObject({ status: 204, body: undefined });
  const path = `${THREAD_PATH}/participants/:remove`;
  expect(chatRequests(sent)).toMatchObject([{ method: 'POST', path, userToken: 'minted' }]);
  expect(chatRequests(sent)[0]?.body).toEqual(wire);
});

test('a participant is removed from a queue', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: PARAMS, body: { communicationUserId: USER } });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 204, data: null }]);
  expect(chatRequests(sent)).toMatchObject([{ body: WIRE }]);
});

test.each([
  '{}',
  '',
  '[]',
  { communicationIdentifier: WIRE },
  { communicationUserId: USER, rawId: '' },
  { communicationUserId: USER, communicationUser: { id: '8:acs:c_d' } },
  { communicationUserId: USER, rawId: '8:acs:c_d' },
  { rawId: '8:acs:c_d', communicationUser: { id: USER } },
])('what does not identify one participant is refused: %j', async (body) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, body })).toMatchObject({
    ...{ status: 400, body: { error: { code: 'InvalidRequest' } } },
  });
  expect(chatRequests(sent)).toEqual([]);
});

test('a participant who is gone when the removal is repeated was removed', async () => {
  const { http, sent } = rig({ acs: forgetfulChat(rejectingChat(404, 'NotFound')) });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204 });
  expect(chatRequests(sent)).toHaveLength(2);
});

test('what ACS refuses is refused', async () => {
  expect(await rig({ acs: rejectingChat(404, 'NotFound') }).http(OPERATION, SENT)).toMatchObject({ status: 404 });
  expect(await rig({ acs: rejectingChat(403, 'Forbidden') }).http(OPERATION, SENT)).toMatchObject({ status: 403 });
});

test('the audit log names a thread only if ACS has confirmed the removal: the id may be any text', async () => {
  expect(await auditedOf(OPERATION, SENT, acs)).toEqual(new Set([`204 ${THREAD}`]));
  expect(await auditedOf(OPERATION, SENT, forgetfulChat(rejectingChat(404, 'NotFound')))).toEqual(
    new Set(['204 undefined', '504 undefined']),
  );
});
