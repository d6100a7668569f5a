import { expect, test } from 'vitest';
import { addChatParticipants } from '../../../../functions/chat/addChatParticipants.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import {
  chatRequests,
  chatService,
  forgetfulChat,
  rejectingChat,
  THREAD,
  THREAD_PATH,
  USER,
  WIRE,
} from './fixtures.ts';

const OPERATION = anyOperation(addChatParticipants);
const PARAMS = { chatThreadId: THREAD };
const rich = { displayName: 'Anna', shareHistoryTime: '2023-05-27T01:38:23.839441Z', metadata: { role: 'host' } };
const BODY = {
  participants: [
    { communicationIdentifier: { communicationUserId: USER }, ...rich },
    { communicationIdentifier: WIRE },
    { communicationIdentifier: { rawId: '8:orgid:x' } },
  ],
};
const WIRE_BODY = {
  participants: [
    { communicationIdentifier: WIRE, ...rich },
    { communicationIdentifier: WIRE },
    {
      communicationIdentifier: {
        ...{ rawId: '8:orgid:x', microsoftTeamsUser: { userId: 'x', isAnonymous: false, cloud: 'public' } },
      },
    },
  ],
};
const SENT = {
  target: `/chat/threads/${THREAD}/participants/:add?api-version=2024-03-15`,
  ...{ params: PARAMS, body: BODY },
};
// As in the examples of ACS Chat REST 2025-03-15 (Participants_AddChatParticipants.json)
const invalidParticipants = [{ target: '8:orgid:x', code: '403', message: 'Permissions check failed' }];
const acs = chatService({ status: 201, body: { invalidParticipants } });
const all = chatService({ status: 201, body: {} });

test('participants in either form are added, and those whom ACS refuses are returned', async () => {
  const { http, sent } = rig({ acs });
  const { status, body } = await http(OPERATION, SENT);
  expect([status, body]).toEqual([201, { invalidParticipants }]);
  const path = `${THREAD_PATH}/participants/:add`;
  expect(chatRequests(sent)).toMatchObject([{ method: 'POST', path, body: WIRE_BODY, userToken: 'minted' }]);
});

test('the list of those who were refused is absent when there are none', async () => {
  expect((await rig({ acs: all }).http(OPERATION, SENT)).body).toEqual({});
});

test('participants are added from a queue', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: PARAMS, body: BODY });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 201, data: { invalidParticipants } }]);
  expect(chatRequests(sent)).toMatchObject([{ body: WIRE_BODY }]);
});

test.each([
  [{}, 'participants'],
  [{ participants: [{ displayName: 'Anna' }] }, 'participants[0].communicationIdentifier'],
  [{ participants: [{ communicationIdentifier: { ...WIRE, phoneNumber: { value: '+1' } } }] }, /^participants\[0\]/],
  [{ participants: [{ ...BODY.participants[0], shareHistoryTime: 'today' }] }, 'participants[0].shareHistoryTime'],
  // "Service limits" (ACS Chat): 200 participants in a call
  [{ participants: Array.from({ length: 201 }, () => BODY.participants[1]) }, 'participants'],
])('an invalid request is not sent (%#)', async (body, field) => {
  const { http, sent } = rig({ acs });
  const target = field instanceof RegExp ? expect.stringMatching(field) : field;
  expect(await http(OPERATION, { ...SENT, body })).toMatchObject({ status: 400, body: { error: { target } } });
  expect(chatRequests(sent)).toEqual([]);
});

test('200 participants may be added', async () => {
  const body = { participants: Array.from({ length: 200 }, () => BODY.participants[1]) };
  expect(await rig({ acs: all }).http(OPERATION, { ...SENT, body })).toMatchObject({ status: 201 });
});

test('a request whose answer was lost is repeated under its key: adding a participant again changes nothing', async () => {
  const { http, sent } = rig({ acs: forgetfulChat(acs) });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 201, body: { invalidParticipants } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
  expect(chatRequests(sent)).toHaveLength(2);
});

test('a user who is not a participant gets ACS’s own answer', async () => {
  expect(await rig({ acs: rejectingChat(403, 'Forbidden') }).http(OPERATION, SENT)).toMatchObject({
    ...{ status: 403, body: { error: { code: 'Forbidden' } } },
  });
});
