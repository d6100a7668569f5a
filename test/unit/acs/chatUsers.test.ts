import { beforeEach, describe, expect, test } from 'vitest';
import { type ChatUsers, createChatUsers } from '../../../shared/acs/chatUsers.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import type { Table } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { fakeSession, type SentRequest } from './fixtures.ts';

const SHOP = { client: 'shop' };
const MINUTE = 60_000;

const refusal = (status: number) => new SwitchboardError('UpstreamRejected', 'x', { upstream: { status, code: 'x' } });

/** ACS's identities and chat tokens: each of both counts up. */
class FakeAcs {
  time = Date.parse('2026-01-15T08:30:00Z');
  readonly deleted = new Set<string>();
  readonly revoked = new Set<string>();
  readonly session = fakeSession((request) => this.#answer(request));
  #identities = 0;
  #tokens = 0;

  get log(): readonly string[] {
    return this.session.sent.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
  }

  /** What a chat operation does with the token. */
  readonly chat = async (token: string): Promise<string> => {
    if (this.revoked.has(token)) throw refusal(401);
    return token;
  };

  #answer({ method, path }: SentRequest) {
    if (method === 'DELETE') return { status: 204 };
    if (path === '/identities') {
      this.#identities += 1;
      return { status: 201, body: { identity: { id: `user${this.#identities}` } } };
    }
    const user = path.split('/')[2] ?? '';
    if (this.deleted.has(user)) throw refusal(404);
    this.#tokens += 1;
    const expiresOn = new Date(this.time + 60 * MINUTE).toISOString();
    return { body: { token: `${user} token${this.#tokens}`, expiresOn } };
  }
}

let acs: FakeAcs;
let tables: MemoryStorage['tables'];
let users: ChatUsers;
const act = (actor: Parameters<ChatUsers['actAs']>[1] = SHOP, by = users) => by.actAs(acs.session, actor, acs.chat);
const anotherProcess = () => createChatUsers(tables, () => new Date(acs.time));

beforeEach(() => {
  acs = new FakeAcs();
  tables = new MemoryStorage().tables;
  users = anotherProcess();
});

describe('a client’s identity', () => {
  test('is created once and stored', async () => {
    expect(await act()).toBe('user1 token1');
    expect(await act(SHOP, anotherProcess())).toBe('user1 token2');
    expect(acs.log).toEqual([
      'POST /identities',
      'POST /identities/user1/:issueAccessToken',
      'POST /identities/user1/:issueAccessToken',
    ]);
  });

  test('and its token are created once for concurrent calls', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => act()));
    expect(new Set(tokens)).toEqual(new Set(['user1 token1']));
    expect(acs.log).toHaveLength(2);
  });

  test('is created once for concurrent processes; surplus identities are deleted', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, () => act(SHOP, anotherProcess())));
    const owners = new Set(tokens.map((token) => token.split(' ')[0]));
    expect(owners.size).toBe(1);
    const kept = [...owners][0];
    const made = acs.log.filter((line) => line === 'POST /identities').length;
    const deleted = acs.log.filter((line) => line.startsWith('DELETE'));
    expect(deleted).toHaveLength(made - 1);
    expect(deleted).not.toContain(`DELETE /identities/${kept}`);
    expect((await act(SHOP, anotherProcess())).split(' ')[0]).toBe(kept);
  });

  test('differs from that of another client', async () => {
    expect([await act(), await act({ client: 'office' })]).toEqual(['user1 token1', 'user2 token2']);
  });

  test('is replaced after it was deleted at ACS', async () => {
    await act();
    acs.deleted.add('user1');
    expect(await act(SHOP, anotherProcess())).toBe('user2 token2');
    expect(await act(SHOP, anotherProcess())).toBe('user2 token3');
  });

  test('is replaced once, even if another process was faster', async () => {
    await act();
    acs.deleted.add('user1');
    const shared = tables.table('chatidentities');
    const overtaken: Table = {
      get: (...it) => shared.get(...it),
      insert: (...it) => shared.insert(...it),
      replace: (...it) => shared.replace(...it),
      merge: (...it) => shared.merge(...it),
      transact: (...it) => shared.transact(...it),
      list: (...it) => shared.list(...it),
      nextPartition: (...it) => shared.nextPartition(...it),
      remove: async (...it) => {
        expect(await act(SHOP, anotherProcess())).toMatch(/^user2 /);
        await shared.remove(...it);
      },
    };
    const slow = createChatUsers({ ...tables, table: () => overtaken }, () => new Date(acs.time));
    expect(await act(SHOP, slow)).toMatch(/^user2 /);
  });
});

describe('any other user', () => {
  test('has tokens of its own, and no identity is created', async () => {
    expect(await act({ userId: 'anna' })).toBe('anna token1');
    expect(await act({ userId: 'ben' })).toBe('ben token2');
    expect(await act({ userId: 'anna' })).toBe('anna token1');
    expect(acs.log).not.toContain('POST /identities');
  });

  test('with a client’s name is not the client', async () => {
    await act();
    expect(await act({ userId: 'shop' })).toBe('shop token2');
  });

  test('that ACS does not know is rejected', async () => {
    acs.deleted.add('anna');
    await expect(act({ userId: 'anna' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('a token', () => {
  test('has the scope chat and the shortest lifetime that ACS allows', async () => {
    await act();
    expect(acs.session.sent.at(-1)?.body).toEqual({ scopes: ['chat'], expiresInMinutes: 60 });
  });

  test('is cached until 5 minutes before it expires', async () => {
    await act();
    acs.time += 55 * MINUTE - 1;
    expect(await act()).toBe('user1 token1');
    acs.time += 1;
    expect(await act()).toBe('user1 token2');
  });

  test('is cached for a limited number of recent actors', async () => {
    const actors = Array.from({ length: 5000 }, (_, index) => ({ userId: `guest-${index}` }));
    await act();
    for (const actor of actors) await act(actor);
    const before = acs.log.length;
    for (const actor of actors.slice(-500)) await act(actor);
    expect(acs.log).toHaveLength(before);
    await act(actors[0]);
    expect(acs.log.slice(before)).toEqual(['POST /identities/guest-0/:issueAccessToken']);
    expect(await act()).toMatch(/^user1 /);
    expect(acs.log.filter((line) => line === 'POST /identities')).toHaveLength(1);
  });

  test('that ACS no longer accepts is replaced', async () => {
    acs.revoked.add(await act());
    expect(await act()).toBe('user1 token2');
    expect(await act()).toBe('user1 token2');
  });

  test('of a user is not used any more once it is dropped', async () => {
    const [anna, ben] = [{ userId: 'anna' }, { userId: 'ben' }];
    const tokens = [await act(anna), await act(ben)];
    users.forgetUser('anna');
    expect([await act(anna), await act(ben)]).toEqual(['anna token3', tokens[1]]);
  });

  test('is replaced once, even if several calls were rejected with it', async () => {
    acs.revoked.add(await act());
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => act())))).toEqual(new Set(['user1 token2']));
  });

  test('is replaced only once: a second rejection is Switchboard’s own failure', async () => {
    for (const number of [1, 2]) acs.revoked.add(`user1 token${number}`);
    await expect(act()).rejects.toMatchObject({ code: 'UpstreamDenied', status: 502 });
    expect(acs.log).toHaveLength(3);
  });

  test('that could not be issued is requested again by the next call', async () => {
    const failing = fakeSession(() => {
      throw new SwitchboardError('UpstreamUnavailable', 'x');
    });
    await expect(users.actAs(failing, SHOP, acs.chat)).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
    expect(await act()).toBe('user1 token1');
  });

  test('is not replaced after other errors', async () => {
    const calls: string[] = [];
    const call = async (token: string) => {
      calls.push(token);
      throw refusal(403);
    };
    await expect(users.actAs(acs.session, SHOP, call)).rejects.toMatchObject({ status: 403 });
    expect(calls).toEqual(['user1 token1']);
  });
});
