import { expect, test } from 'vitest';
import { listChatThreads } from '../../../../functions/chat/listChatThreads.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { chatRequests, chatService, THREAD } from './fixtures.ts';

const nextLink = 'https://contoso.communication.azure.com/chat/threads?syncState=a%3D&api-version=2025-03-15';
const acs = chatService({ body: { value: [{ id: THREAD, topic: 'Standup' }], nextLink } });

test('threads are listed, and the next page is Switchboard’s too', async () => {
  const { http, sent } = rig({ acs });
  const target = '/chat/threads?maxPageSize=2&startTime=2026-01-15T08:30:00Z&api-version=2024-03-15';
  expect(await http(anyOperation(listChatThreads), { target, params: {} })).toMatchObject({
    status: 200,
    body: { nextLink: 'https://switchboard.example/chat/threads?syncState=a%3D&api-version=2025-03-15' },
  });
  expect(chatRequests(sent)).toMatchObject([
    { path: '/chat/threads', query: { maxPageSize: 2, startTime: '2026-01-15T08:30:00Z' }, userToken: 'minted' },
  ]);
});

test('the next page goes to ACS with what only ACS understands', async () => {
  const { http, sent } = rig({ acs });
  const target = '/chat/threads?syncState=a%3D&api-version=2025-03-15';
  expect(await http(anyOperation(listChatThreads), { target, params: {} })).toMatchObject({ status: 200 });
  expect(chatRequests(sent)[0]?.query).toEqual({ syncState: 'a=' });
});

test('a page is not larger than ACS makes it', async () => {
  const target = '/chat/threads?maxPageSize=201&api-version=2024-03-15';
  expect(await rig({ acs }).http(anyOperation(listChatThreads), { target, params: {} })).toMatchObject({
    ...{ status: 400, body: { error: { target: 'maxPageSize' } } },
  });
});
