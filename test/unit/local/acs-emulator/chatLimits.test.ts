import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, IDENTITIES, participant, type Rig, startRig, THREADS, threadPath, type User } from './harness.ts';

let rig: Rig;
let owner: User;
let others: object[];

beforeAll(async () => {
  rig = await startRig();
  owner = await createUser(rig);
  const created = await Promise.all(Array.from({ length: 250 }, () => rig.call('POST', IDENTITIES)));
  others = created.map(({ body }) => participant(body.identity.id));
});

afterAll(() => rig.close());

async function create(participants: readonly object[]) {
  return rig.call('POST', THREADS, { token: owner.token, body: { topic: 'T', participants } });
}

function post(id: string, below: string, body: object) {
  return rig.call('POST', threadPath(id, below), { token: owner.token, body });
}

test('200 participants fit in one call, and 250 in a thread', async () => {
  expect((await create(others.slice(0, 201))).status).toBe(400);
  const { status, body } = await create(others.slice(0, 200));
  expect(status).toBe(201);
  const { id } = body.chatThread;
  const add = (participants: object[]) => post(id, '/participants/:add', { participants });
  expect((await add(others.slice(200, 250))).status).toBe(400); // with the creator 251
  expect((await add(others.slice(200, 249))).status).toBe(201);
  expect((await add(others.slice(0, 200))).status).toBe(201); // all are in the thread already
});

const receipts = async (id: string) => (await rig.call('GET', threadPath(id, '/readReceipts'), owner)).body.value;

// https://github.com/Azure/azure-sdk-for-net/issues/31413
test.each([
  [19, 1],
  [20, 0],
])('with %i others, receipts and typing succeed, and %i receipt is stored', async (count, kept) => {
  const { id } = (await create(others.slice(0, count))).body.chatThread;
  const message = await post(id, '/messages', { content: 'Hello' });
  expect(await post(id, '/readReceipts', { chatMessageId: message.body.id })).toMatchObject({ status: 200 });
  expect((await post(id, '/typing', {})).status).toBe(200);
  expect(await receipts(id)).toHaveLength(kept);
});

test('a thread that has grown too large lists no receipts', async () => {
  const { id } = (await create(others.slice(0, 19))).body.chatThread;
  const message = await post(id, '/messages', { content: 'Hello' });
  await post(id, '/readReceipts', { chatMessageId: message.body.id });
  await post(id, '/participants/:add', { participants: others.slice(19, 20) });
  expect(await receipts(id)).toEqual([]);
});

test('a receipt for a missing message is rejected in a thread of any size', async () => {
  const { id } = (await create(others.slice(0, 20))).body.chatThread;
  expect((await post(id, '/readReceipts', { chatMessageId: '1' })).status).toBe(404);
  expect((await post(id, '/readReceipts', {})).status).toBe(400);
});
