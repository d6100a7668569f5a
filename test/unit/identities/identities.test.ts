import { beforeEach, describe, expect, test } from 'vitest';
import { createClients } from '../../../shared/clients/clients.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { createIdentities, type Identities } from '../../../shared/identities/identities.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { fakeSession } from '../acs/fixtures.ts';
import { CLIENTS } from '../operation/fixtures.ts';

const clients = createClients(CLIENTS);
const [shop, desk, office] = [clients.named('shop'), clients.named('desk'), clients.named('office')];
const OWN_CHAT_ID = '8:acs:own_chat';
const forbidden = { code: 'Forbidden', target: 'id' };

let storage: MemoryStorage;
let identities: Identities;
/** What became of each request to ACS. */
let log: string[];
/** Which tokens were dropped, and after which request to ACS. */
let forgotten: string[];
const acs = fakeSession(({ method, path }) => {
  log.push(`${method} ${decodeURIComponent(path)}`);
  return method === 'POST' ? { status: 201, body: { identity: { id: `8:acs:a_${log.length}` } } } : { status: 204 };
});
const owners = () => storage.tables.table('identities');
const create = async (client = 'shop') => (await identities.create(acs, client, {})).identity.id;

beforeEach(() => {
  log = [];
  storage = new MemoryStorage();
  const isClientIdentity = async (id: string) => id === OWN_CHAT_ID;
  forgotten = [];
  const forgetAs = (who: string) => (id: string) => void forgotten.push(`${who} ${id} after ${log.at(-1)}`);
  identities = createIdentities(
    storage.tables,
    { isClientIdentity, forgetUser: forgetAs('chat') },
    { forgetUser: forgetAs('proofs') },
  );
});

describe('creation', () => {
  test('records the client with one write', async () => {
    const table = owners();
    const writes: string[] = [];
    const insert = table.insert.bind(table);
    table.insert = async (partition, row, values) => {
      writes.push(partition);
      return insert(partition, row, values);
    };
    const id = await create();
    expect(writes).toEqual([encodeURIComponent(id)]);
    await expect(identities.assertMayUse(shop, id)).resolves.toBeUndefined();
    await expect(identities.assertMayUse(desk, id)).rejects.toMatchObject(forbidden);
  });

  test('whose owner cannot be stored is deleted at ACS', async () => {
    owners().insert = () => Promise.reject(new Error('storage is down'));
    await expect(create()).rejects.toThrow('storage is down');
    expect(log).toEqual(['POST /identities', 'DELETE /identities/8:acs:a_1']);
  });

  test('fails with the first error if neither its owner can be stored nor the identity be deleted', async () => {
    owners().insert = () => Promise.reject(new Error('storage is down'));
    const failing = fakeSession(({ method }) => {
      if (method === 'POST') return { status: 201, body: { identity: { id: '8:acs:a_b' } } };
      throw new SwitchboardError('UpstreamUnavailable', 'ACS is down');
    });
    await expect(identities.create(failing, 'shop', {})).rejects.toThrow('storage is down');
  });

  test('whose write was repeated belongs to its client', async () => {
    const table = owners();
    const insert = table.insert.bind(table);
    table.insert = async (...row) => {
      await insert(...row);
      return insert(...row);
    };
    const id = await create();
    await expect(identities.assertMayUse(shop, id)).resolves.toBeUndefined();
    expect(log).toEqual(['POST /identities']);
  });

  test('never takes over or deletes an identity of another client', async () => {
    const again = fakeSession(() => ({ status: 201, body: { identity: { id: '8:acs:a_b' } } }));
    await identities.create(again, 'shop', {});
    await expect(identities.create(again, 'desk', {})).rejects.toThrow('one id');
    await expect(identities.assertMayUse(shop, '8:acs:a_b')).resolves.toBeUndefined();
    expect(again.sent.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });
});

describe('use', () => {
  test('of an identity that was created elsewhere requires actAs', async () => {
    await expect(identities.assertMayUse(shop, '8:acs:x_y')).rejects.toMatchObject(forbidden);
    await expect(identities.assertMayUse(office, '8:acs:x_y')).resolves.toBeUndefined();
    await expect(identities.assertMayUse(clients.own, '8:acs:x_y')).resolves.toBeUndefined();
  });

  test('of Switchboard’s own chat identities is refused to every client, and to Switchboard’s own messages', async () => {
    for (const client of [shop, office, clients.own]) {
      await expect(identities.assertMayUse(client, OWN_CHAT_ID)).rejects.toMatchObject(forbidden);
    }
  });

  test('is refused after as many reads whether or not the identity exists', async () => {
    const id = await create();
    const reads: string[] = [];
    for (const name of ['identities', 'deletedidentities']) {
      const table = storage.tables.table(name);
      const get = table.get.bind(table);
      table.get = async (...key) => {
        reads.push(name);
        return get(...key);
      };
    }
    await expect(identities.assertMayUse(desk, id)).rejects.toMatchObject(forbidden);
    const there = reads.splice(0);
    await expect(identities.assertMayUse(desk, `${id}0`)).rejects.toMatchObject(forbidden);
    expect(there).toEqual(reads);
  });

  test('of an id too long for a key of the table is refused', async () => {
    const long = 'é'.repeat(512);
    storage.tables.table('identities').get = () => Promise.reject(new Error('KeyValueTooLarge'));
    await expect(identities.assertMayUse(shop, long)).rejects.toMatchObject(forbidden);
  });
});

describe('deletion', () => {
  test('removes the owner once ACS has deleted the identity, and can be repeated by the owner alone', async () => {
    const id = await create();
    await identities.delete(acs, id);
    expect(await owners().get(encodeURIComponent(id), 'owner')).toBeUndefined();
    await expect(identities.assertMayUse(shop, id)).resolves.toBeUndefined();
    await expect(identities.assertMayUse(desk, id)).rejects.toMatchObject(forbidden);
    await identities.delete(acs, id);
    expect(log.filter((it) => it.startsWith('DELETE'))).toHaveLength(2);
  });

  test('that ACS refuses leaves the owner', async () => {
    const id = await create();
    const failing = fakeSession(() => {
      throw new SwitchboardError('UpstreamUnavailable', 'ACS is down');
    });
    await expect(identities.delete(failing, id)).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
    expect(await owners().get(encodeURIComponent(id), 'owner')).toMatchObject({ values: { client: 'shop' } });
  });

  test('that dies after any of its writes can be repeated by the owner', async () => {
    for (const dying of ['identities', 'deletedidentities'] as const) {
      const id = await create();
      const table = storage.tables.table(dying);
      const { insert, remove } = table;
      const die = () => Promise.reject(new Error('died'));
      Object.assign(table, { insert: die, remove: die });
      await expect(identities.delete(acs, id)).rejects.toThrow('died');
      Object.assign(table, { insert, remove });
      await expect(identities.assertMayUse(shop, id)).resolves.toBeUndefined();
      await identities.delete(acs, id);
      expect(await owners().get(encodeURIComponent(id), 'owner')).toBeUndefined();
    }
  });
});

describe('revocation', () => {
  const REVOCATION = 'POST /identities/8:acs:a_b/:revokeAccessTokens';
  const dropped = (last: string) => ['chat', 'proofs'].map((who) => `${who} 8:acs:a_b after ${last}`);

  test('asks ACS once, and then drops what is cached', async () => {
    await identities.revokeTokens(acs, '8:acs:a_b');
    expect(log).toEqual([REVOCATION]);
    expect(forgotten).toEqual(dropped(REVOCATION));
  });

  test('is passed on if it fails, and drops what is cached all the same: ACS may have revoked', async () => {
    const failing = fakeSession(({ method, path }) => {
      log.push(`${method} ${decodeURIComponent(path)}`);
      throw new SwitchboardError('UpstreamUnavailable', 'ACS is down');
    });
    await expect(identities.revokeTokens(failing, '8:acs:a_b')).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
    expect(forgotten).toEqual(dropped(REVOCATION));
  });

  test('comes with a deletion', async () => {
    await identities.delete(acs, '8:acs:a_b');
    expect(forgotten).toEqual(dropped('DELETE /identities/8:acs:a_b'));
  });
});
