import { expect, test } from 'vitest';
import { listChatParticipants } from '../../../../functions/chat/listChatParticipants.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { BOTH, chatRequests, chatService, THREAD, THREAD_PATH, WIRE } from './fixtures.ts';

const OPERATION = anyOperation(listChatParticipants);
const PARAMS = { chatThreadId: THREAD };
const anna = { displayName: 'Anna', shareHistoryTime: '2023-05-27T01:38:21Z', metadata: { role: 'host' } };
// The link as ACS writes it, with an unencoded thread.
const LINK = `/chat/threads/${THREAD}/participants?skip=2&maxPageSize=2&api-version=2025-03-15`;
const nextLink = `https://contoso.westus.communications.azure.com${LINK}`;
const acs = chatService({ body: { value: [{ communicationIdentifier: WIRE, ...anna }], nextLink } });
const target = (query: string) => `/chat/threads/${THREAD}/participants?${query}&api-version=2024-03-15`;

test('participants are listed in both forms, and the next page is Switchboard’s too', async () => {
  const { http, sent } = rig({ acs });
  const { status, body } = await http(OPERATION, { target: target('maxPageSize=2&skip=0'), params: PARAMS });
  expect([status, body]).toEqual([
    200,
    { value: [{ communicationIdentifier: BOTH, ...anna }], nextLink: `https://switchboard.example${LINK}` },
  ]);
  expect(chatRequests(sent)).toMatchObject([
    { method: 'GET', path: `${THREAD_PATH}/participants`, query: { maxPageSize: 2, skip: 0 }, userToken: 'minted' },
  ]);
  expect(chatRequests(sent)[0]?.query).not.toHaveProperty('chatThreadId');
});

test('the next page goes to ACS with what only ACS understands', async () => {
  const { http, sent } = rig({ acs });
  await http(OPERATION, { target: target('skip=2&syncState=a%3D'), params: PARAMS });
  expect(chatRequests(sent)[0]?.query).toEqual({ skip: 2, syncState: 'a=' });
});

test('a queue message asks with its parameters', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: { ...PARAMS, maxPageSize: 5, skip: 10 } });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 200, data: { value: [anna] } }]);
  expect(chatRequests(sent)).toMatchObject([{ query: { maxPageSize: 5, skip: 10 } }]);
});

test.each([
  ['maxPageSize=0', 'maxPageSize'],
  ['maxPageSize=ten', 'maxPageSize'],
  ['skip=-1', 'skip'],
  ['skip=1.5', 'skip'],
])('%s is refused', async (query, field) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { target: target(query), params: PARAMS })).toMatchObject({
    ...{ status: 400, body: { error: { target: field } } },
  });
  expect(chatRequests(sent)).toEqual([]);
});
