import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser, participant, type Rig, startRig, THREADS, threadPath, type User } from './harness.ts';

let rig: Rig;
let owner: User;
let guest: User;

beforeAll(async () => {
  rig = await startRig();
  owner = await createUser(rig);
  guest = await createUser(rig);
});

afterAll(() => rig.close());

async function newThread(participants: readonly object[] = [participant(guest.id)]): Promise<string> {
  const { body } = await rig.call('POST', THREADS, { token: owner.token, body: { topic: 'T', participants } });
  return body.chatThread.id;
}

const remove = (id: string) =>
  rig.call('POST', threadPath(id, '/participants/:remove'), { token: owner.token, body: { rawId: guest.id } });
const deleteThread = (id: string) => rig.call('DELETE', threadPath(id), { token: owner.token });

/** The thread as it appears in a user's list. */
async function listed({ token }: User, id: string, path = THREADS): Promise<unknown> {
  const { body } = await rig.call('GET', path, { token });
  return body.value.find((it: { id: string }) => it.id === id);
}

// https://github.com/Azure/Communication/issues/345
describe('a removed participant', () => {
  test('still sees the thread in the list, but cannot use it', async () => {
    const id = await newThread();
    await remove(id);
    expect(await listed(guest, id)).toEqual({ id, topic: 'T' });
    expect((await rig.call('GET', threadPath(id), { token: guest.token })).status).toBe(403);
    expect((await rig.call('GET', threadPath(id, '/participants'), { token: guest.token })).status).toBe(403);
  });

  test('no longer sees the thread once it is deleted', async () => {
    const id = await newThread();
    await remove(id);
    await deleteThread(id);
    expect(await listed(guest, id)).toBeUndefined();
  });

  test('who was added again also sees its deletion', async () => {
    const id = await newThread();
    await remove(id);
    const body = { participants: [participant(guest.id)] };
    await rig.call('POST', threadPath(id, '/participants/:add'), { token: owner.token, body });
    await deleteThread(id);
    expect(await listed(guest, id)).toMatchObject({ deletedOn: expect.any(String) });
  });

  test('is visible to removed participants and no one else', async () => {
    const id = await newThread([]);
    expect(await listed(guest, id)).toBeUndefined();
  });
});

// https://github.com/Azure/azure-sdk-for-java/issues/47688
describe('a deleted thread', () => {
  test('stays in its participants’ lists, with the time of deletion', async () => {
    const id = await newThread();
    rig.clock.advance(5000);
    await deleteThread(id);
    const deletedOn = `${rig.clock.now().toISOString().slice(0, 19)}Z`;
    for (const user of [owner, guest]) expect(await listed(user, id)).toEqual({ id, topic: 'T', deletedOn });
  });

  test('cannot be used', async () => {
    const id = await newThread();
    await deleteThread(id);
    for (const [method, below] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/messages'],
      ['POST', '/messages'],
      ['GET', '/participants'],
      ['POST', '/typing'],
    ] as const) {
      expect((await rig.call(method, threadPath(id, below), { token: owner.token })).status, method + below).toBe(404);
    }
  });

  test('is found by time, page by page, and not listed by the emulator’s own API', async () => {
    const id = await newThread();
    await deleteThread(id);
    rig.clock.advance(60_000);
    const later = encodeURIComponent(rig.clock.now().toISOString());
    expect(await listed(owner, id, `${THREADS}&startTime=${later}`)).toBeUndefined();
    const first = await rig.call('GET', `${THREADS}&maxPageSize=1`, { token: owner.token });
    expect(first.body.value).toMatchObject([{ id, deletedOn: expect.any(String) }]);
    const { body } = await rig.call('GET', '/_emulator/threads', { key: null });
    expect(body.value.map((it: { id: string }) => it.id)).not.toContain(id);
  });
});

// https://github.com/Azure/azure-sdk-for-net/issues/41885
describe('Teams users', () => {
  const suffix = '11111111-2222-3333-4444-555555555555';
  const rawIds = ['8:orgid:', '8:dod:', '8:gcch:', '8:teamsvisitor:'].map((prefix) => prefix + suffix);
  const asModel = { communicationIdentifier: { microsoftTeamsUser: { userId: suffix } } };
  const refused = (target: unknown) => ({ target, code: '403', message: expect.stringContaining('Permissions check') });

  test('cannot become participants; the others do', async () => {
    const participants = [...rawIds.map((rawId) => ({ communicationIdentifier: { rawId } })), asModel];
    const body = { topic: 'T', participants: [...participants, participant(guest.id)] };
    const made = await rig.call('POST', THREADS, { token: owner.token, body });
    expect(made.status).toBe(201);
    expect(made.body.invalidParticipants).toEqual([...rawIds, `8:orgid:${suffix}`].map(refused));
    const { id } = made.body.chatThread;
    const path = threadPath(id, '/participants');
    const { body: list } = await rig.call('GET', path, { token: owner.token });
    expect(list.value).toHaveLength(2);
    const added = await rig.call('POST', threadPath(id, '/participants/:add'), {
      token: owner.token,
      body: { participants: [asModel] },
    });
    expect(added).toMatchObject({ status: 201, body: { invalidParticipants: [refused(`8:orgid:${suffix}`)] } });
  });
});
