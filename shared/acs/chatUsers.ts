import QuickLRU from 'quick-lru';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { Tables } from '../storage/tables.ts';
import { createIdentity, deleteIdentity, issueAccessToken } from './identity.ts';
import type { AcsSession } from './session.ts';

/** Who acts in chat: a client's own identity, made once and kept, or any user of the resource. */
export type Actor = { readonly client: string } | { readonly userId: string };

export interface ChatUsers {
  /**
   * Runs `call` with a chat token of the actor. A token that ACS no longer takes (revoked, keys changed) is replaced
   * once. The token never leaves this process except towards ACS.
   *
   * @throws SwitchboardError `Forbidden` for a user id under which Switchboard itself acts for a client
   */
  actAs<Result>(acs: AcsSession, actor: Actor, call: (userToken: string) => Promise<Result>): Promise<Result>;
  /** Whether this id, however it is spelled, is one that Switchboard itself acts under for a client. */
  isClientIdentity(userId: string): Promise<boolean>;
}

interface IssuedToken {
  readonly token: string;
  readonly expiresOn: number;
}

/** One token per actor, shared by all calls that need it at the same time. */
interface CacheEntry {
  readonly pending: Promise<IssuedToken>;
  /** The token once it is there. */
  issued: IssuedToken | undefined;
}

const RENEW_BEFORE_MILLISECONDS = 5 * 60 * 1000;

/** Tokens that are kept at least; up to twice as many may be. An actor whose token was dropped costs a call to ACS. */
const REMEMBERED_ACTORS = 1000;

/** The shortest life that ACS allows: a token that leaks is soon worthless, and a new one costs one call an hour. */
const TOKEN_MINUTES = 60;

export function createChatUsers(tables: Tables, now: () => Date): ChatUsers {
  const cache = new QuickLRU<string, CacheEntry>({ maxSize: REMEMBERED_ACTORS });

  /** An issued token is used until shortly before it expires; one that is being issued has its life before it. */
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

  /** Of many calls that were refused with one token, only the first finds it in the cache. */
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
        if (!isUnauthorized(error)) throw error;
        forget(actor, first);
      }
      try {
        return await call(await token(acs, actor));
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
        throw new SwitchboardError('UpstreamDenied', 'ACS refused a chat token that it has just issued.', {
          cause: error,
        });
      }
    },
    isClientIdentity: (userId) => isClientIdentity(tables, userId),
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof SwitchboardError && error.upstream?.status === 401;
}

function isUnknown(error: unknown): boolean {
  return error instanceof SwitchboardError && error.upstream?.status === 404;
}

async function mint(acs: AcsSession, tables: Tables, actor: Actor): Promise<IssuedToken> {
  if ('userId' in actor) {
    if (await isClientIdentity(tables, actor.userId)) {
      throw new SwitchboardError('Forbidden', 'No client may act as this user.', { target: 'acting-user' });
    }
    return issue(acs, actor.userId);
  }
  const userId = await clientIdentity(acs, tables, actor.client);
  try {
    return await issue(acs, userId);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    await forgetIdentity(tables, actor.client, userId); // it was deleted at ACS: create a new one
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

/** Which chat identity belongs to which client. */
const CHAT_IDENTITIES_TABLE = 'chatidentities';
const PARTITION = 'client';

/** The client's stored identity, or a new one. Of two that are created at the same time, the first written stays. */
function clientIdentity(acs: AcsSession, tables: Tables, client: string): Promise<string> {
  const table = tables.table(CHAT_IDENTITIES_TABLE);
  return retryConflicts(tables, async () => {
    const stored = (await table.get(PARTITION, client))?.values['userId'];
    if (typeof stored === 'string') return stored;
    const { id } = (await createIdentity(acs, {})).identity;
    if ((await table.insert(PARTITION, client, { userId: id })) !== undefined) return id;
    await deleteIdentity(acs, id);
    return undefined;
  });
}

/** Removes an identity that no longer exists at ACS, unless another process has replaced it already. */
async function forgetIdentity(tables: Tables, client: string, userId: string): Promise<void> {
  const table = tables.table(CHAT_IDENTITIES_TABLE);
  const row = await table.get(PARTITION, client);
  if (row?.values['userId'] === userId) await table.remove(PARTITION, client, row.etag);
}

/** Reads all of them: there is one for each client, and they are looked for by their ids only where `actAs` is used. */
async function isClientIdentity(tables: Tables, userId: string): Promise<boolean> {
  const named = comparable(userId);
  for await (const { values } of tables.table(CHAT_IDENTITIES_TABLE).list(PARTITION, { from: '', before: '~' })) {
    // Whatever stands around it: a service may drop that, as the steps of a path or a query.
    if (named.includes(comparable(String(values['userId'])))) return true;
  }
  return false;
}

/**
 * An id without what a service might overlook (case, percent-encoding, spaces, punctuation): ACS does not document
 * which spellings it accepts. Ids differ by their GUIDs, so that none becomes a part of another.
 */
function comparable(id: string): string {
  return decoded(id)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}

/** Without any percent-encoding, however often it was encoded. */
function decoded(text: string): string {
  const once = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  );
  return once === text ? text : decoded(once);
}
