import QuickLRU from 'quick-lru';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { ALL_ROWS } from '../storage/rowKeys.ts';
import type { Tables } from '../storage/tables.ts';
import { isRejectedWith } from './acsError.ts';
import { createIdentity, deleteIdentity, issueAccessToken } from './identity.ts';
import type { AcsSession } from './session.ts';
import { comparable } from './userIds.ts';

/** Who acts in chat: a client's own identity, created once and stored, or any user of the resource. */
export type Actor = { readonly client: string } | { readonly userId: string };

export interface ChatUsers {
  /**
   * Runs `call` with a chat token of the actor. A token that ACS no longer accepts (revoked, keys regenerated) is replaced
   * once. The token is never sent anywhere but to ACS.
   *
   * @throws SwitchboardError `Forbidden` for the id of a client's own identity
   */
  actAs<Result>(acs: AcsSession, actor: Actor, call: (userToken: string) => Promise<Result>): Promise<Result>;
  /** Whether this id, in any spelling, is that of a client's own identity. */
  isClientIdentity(userId: string): Promise<boolean>;
  /** Drops the token of a user, so that the next call gets a new one. Under another spelling of the id, ACS's 401 does that. */
  forgetUser(userId: string): void;
}

interface IssuedToken {
  readonly token: string;
  readonly expiresOn: number;
}

/** One token per actor, shared by concurrent calls. */
interface CacheEntry {
  readonly pending: Promise<IssuedToken>;
  /** The token, once issued. */
  issued: IssuedToken | undefined;
}

const RENEW_BEFORE_MILLISECONDS = 5 * 60 * 1000;

/** Minimum number of cached tokens; the cache may hold twice as many. A dropped token costs a call to ACS. */
const REMEMBERED_ACTORS = 1000;

/** The shortest lifetime that ACS allows: a leaked token expires soon, and a new one costs one call an hour. */
const TOKEN_MINUTES = 60;

export function createChatUsers(tables: Tables, now: () => Date): ChatUsers {
  const cache = new QuickLRU<string, CacheEntry>({ maxSize: REMEMBERED_ACTORS });

  /** An issued token is usable until shortly before it expires, a pending one always. */
  const isUsable = ({ issued }: CacheEntry): boolean =>
    issued === undefined || issued.expiresOn - RENEW_BEFORE_MILLISECONDS > now().getTime();

  const entryOf = (acs: AcsSession, key: string, actor: Actor): CacheEntry => {
    const known = cache.get(key);
    if (known && isUsable(known)) return known;
    const entry = { pending: mint(acs, tables, actor), issued: undefined };
    cache.set(key, entry);
    return entry;
  };

  const token = async (acs: AcsSession, actor: Actor): Promise<string> => {
    const key = JSON.stringify(actor);
    const entry = entryOf(acs, key, actor);
    try {
      entry.issued = await entry.pending;
      return entry.issued.token;
    } catch (error) {
      if (cache.peek(key) === entry) cache.delete(key);
      throw error;
    }
  };

  /** Of several calls that were rejected with one token, only the first finds it in the cache. */
  const forget = (actor: Actor, refused: string): void => {
    const key = JSON.stringify(actor);
    if (cache.peek(key)?.issued?.token === refused) cache.delete(key);
  };

  return {
    async actAs(acs, actor, call) {
      const first = await token(acs, actor);
      try {
        return await call(first);
      } catch (error) {
        if (!isRejectedWith(401, error)) throw error;
        forget(actor, first);
      }
      try {
        return await call(await token(acs, actor));
      } catch (error) {
        if (!isRejectedWith(401, error)) throw error;
        throw new SwitchboardError('UpstreamDenied', 'ACS rejected a chat token that it has just issued.', {
          cause: error,
        });
      }
    },
    isClientIdentity: (userId) => isClientIdentity(tables, userId),
    forgetUser: (userId) => void cache.delete(JSON.stringify({ userId })),
  };
}

async function mint(acs: AcsSession, tables: Tables, actor: Actor): Promise<IssuedToken> {
  if ('userId' in actor) {
    if (await isClientIdentity(tables, actor.userId)) {
      throw new SwitchboardError('Forbidden', 'No client may act as this user, which is the identity of a client.', {
        target: 'acting-user',
      });
    }
    return issue(acs, actor.userId);
  }
  const userId = await clientIdentity(acs, tables, actor.client);
  try {
    return await issue(acs, userId);
  } catch (error) {
    if (!isRejectedWith(404, error)) throw error;
    await forgetIdentity(tables, actor.client, userId); // deleted at ACS: create a new one
    return issue(acs, await clientIdentity(acs, tables, actor.client));
  }
}

async function issue(acs: AcsSession, userId: string): Promise<IssuedToken> {
  const { token, expiresOn } = await issueAccessToken(acs, userId, {
    scopes: ['chat'],
    expiresInMinutes: TOKEN_MINUTES,
  });
  return { token, expiresOn: Date.parse(expiresOn) };
}

/** The chat identity of each client. */
const CHAT_IDENTITIES_TABLE = 'chatidentities';
const PARTITION = 'client';

/** Returns the client's stored identity or a new one. Of two created concurrently, the first stored is kept. */
function clientIdentity(acs: AcsSession, tables: Tables, client: string): Promise<string> {
  const table = tables.table(CHAT_IDENTITIES_TABLE);
  return retryConflicts(tables, async () => {
    const stored = (await table.get(PARTITION, client))?.values['userId'];
    if (typeof stored === 'string') return stored;
    const { id } = (await createIdentity(acs, {})).identity;
    if ((await table.insert(PARTITION, client, { userId: id })) !== undefined) return id;
    const kept = (await table.get(PARTITION, client))?.values['userId'];
    if (kept === id) return id; // stored after all: the response was lost, and the SDK repeated the request
    await deleteIdentity(acs, id);
    return undefined;
  });
}

/** Removes an identity that no longer exists at ACS, unless another process has already replaced it. */
async function forgetIdentity(tables: Tables, client: string, userId: string): Promise<void> {
  const table = tables.table(CHAT_IDENTITIES_TABLE);
  const row = await table.get(PARTITION, client);
  if (row?.values['userId'] === userId) await table.remove(PARTITION, client, row.etag);
}

/**
 * Reads all identities: only one per client exists, and only `actAs` looks them up by id. The part after the last colon
 * identifies the user: a service may accept it with another prefix, or with none, as in the `skypeid` of its tokens.
 */
async function isClientIdentity(tables: Tables, userId: string): Promise<boolean> {
  const searched = comparable(userId);
  for await (const { values } of tables.table(CHAT_IDENTITIES_TABLE).list(PARTITION, ALL_ROWS)) {
    if (searched.includes(comparable(String(values['userId']).replace(/^.*:/s, '')))) return true;
  }
  return false;
}
