import { expect, test } from 'vitest';
import {
  addChatParticipants,
  listChatParticipants,
  removeChatParticipant,
} from '../../../shared/acs/chatParticipants.ts';
import { jwt } from '../../setup/credentials.ts';
import { fakeSession, json, type Reply, transportSession } from './fixtures.ts';

const USER = '8:acs:a_b';
const THREAD = '19:abc@thread.v2';
const WIRE = { rawId: USER, communicationUser: { id: USER } };
const BOTH = { ...WIRE, communicationUserId: USER };
const PATH = '/chat/threads/19%3Aabc%40thread.v2/participants';
const ROUTE = '/chat/threads/{chatThreadId}/participants';

test('a page has participants in both forms, and its query omits the thread', async () => {
  const acs = fakeSession(() => ({ body: { value: [{ communicationIdentifier: WIRE, isNew: true }] } }));
  const query = { maxPageSize: 2, skip: 4 };
  expect(await listChatParticipants(acs, 'token', { chatThreadId: THREAD, ...query })).toEqual({
    value: [{ communicationIdentifier: BOTH, isNew: true }],
  });
  const request = { service: 'chat', method: 'GET', path: PATH, route: ROUTE, query };
  expect(acs.sent).toEqual([{ ...request, userToken: 'token', repetition: 'harmless' }]);
});

test('participants are added in the form of the REST API', async () => {
  const invalidParticipants = [{ target: USER, code: '404', message: 'Not found' }];
  const acs = fakeSession(() => ({ status: 201, body: { invalidParticipants } }));
  const participants = [{ communicationIdentifier: { communicationUserId: USER }, displayName: 'Anna' }];
  expect(await addChatParticipants(acs, 'token', THREAD, { participants })).toEqual({ invalidParticipants });
  const request = { service: 'chat', method: 'POST', path: `${PATH}/:add`, route: `${ROUTE}/:add` };
  const body = { participants: [{ communicationIdentifier: WIRE, displayName: 'Anna' }] };
  expect(acs.sent).toEqual([{ ...request, body, userToken: 'token', repetition: 'recognised' }]);
});

test('a participant is removed by the bare identifier', async () => {
  const acs = fakeSession(() => ({ status: 204 }));
  await removeChatParticipant(acs, 'token', THREAD, { communicationUserId: USER }, false);
  const request = { service: 'chat', method: 'POST', path: `${PATH}/:remove`, route: `${ROUTE}/:remove` };
  expect(acs.sent).toEqual([{ ...request, body: WIRE, userToken: 'token', repetition: 'recognised' }]);
});

const GONE = json(404, { CommunicationError: { Code: 'NotFound' } });

test.each<[string, Reply[], boolean, object | undefined]>([
  ['is gone after a lost response', ['reset', GONE], false, undefined],
  ['is gone after an earlier request in doubt', [GONE], true, undefined],
  ['is not found', [GONE], false, { status: 404 }],
  ['may still be there', ['reset', 'reset', 'reset'], false, { code: 'UpstreamInDoubt' }],
])('the removal of a participant who %s', async (_, replies, isDoubtful, error) => {
  const acs = await transportSession(...replies);
  const removal = removeChatParticipant(acs, 'token', THREAD, { rawId: USER }, isDoubtful);
  if (error) await expect(removal).rejects.toMatchObject(error);
  else await removal;
});

// ACS answers 403 to everyone who is not in the thread any more.
const REFUSED = json(403, { CommunicationError: { Code: 'Forbidden', Details: [] } });
const OWN = jwt({ skypeid: 'acs:a_b' });

test.each<[string, string, Reply[], boolean, boolean]>([
  ['has left after a lost response', OWN, ['reset', REFUSED], false, true],
  ['has left after an earlier request in doubt', OWN, [REFUSED], true, true],
  ['was never in the thread', OWN, [REFUSED], false, false],
  ['is removed by someone else, who has left', jwt({ skypeid: 'acs:c_d' }), ['reset', REFUSED], false, false],
  ['is removed by an unknown user', jwt({}), ['reset', REFUSED], false, false],
])('a participant who %s', async (_, userToken, replies, isDoubtful, isGone) => {
  const acs = await transportSession(...replies);
  const removal = removeChatParticipant(acs, userToken, THREAD, { communicationUserId: USER }, isDoubtful);
  if (isGone) expect(await removal).toBe(false);
  else await expect(removal).rejects.toMatchObject({ status: 403 });
});
