import { hash } from 'node:crypto';
import QuickLRU from 'quick-lru';
import type { AcsSession } from './session.ts';
import { comparable } from './userIds.ts';
import { userOf } from './userToken.ts';

/** Verifies user tokens, which only ACS can do. */
export interface UserProofs {
  /** @throws SwitchboardError with ACS's error if ACS does not accept the token */
  assertGenuine(acs: AcsSession, userToken: string): Promise<void>;
  /** Forgets a user's tokens, which were revoked, so that ACS verifies them again. Accepts any spelling of the id. */
  forgetUser(userId: string): void;
}

/** Minimum number of cached tokens; the cache may hold twice as many. A dropped token costs a call to ACS. */
const REMEMBERED_TOKENS = 1000;

/** How long a token counts as genuine after ACS has accepted it; it may be revoked at any time. */
const TRUSTED_MILLISECONDS = 5 * 60_000;

interface Proof {
  /** Epoch milliseconds. */
  readonly expiresOn: number;
  /** The user's id in its comparable form. A token that names no user might be anyone's: part of every id. */
  readonly user: string;
}

export function createUserProofs(now: () => Date): UserProofs {
  /** By a hash of the token. */
  const proofs = new QuickLRU<string, Proof>({ maxSize: REMEMBERED_TOKENS });
  let revocations = 0;
  return {
    async assertGenuine(acs, userToken) {
      const key = hash('sha256', userToken, 'base64');
      if ((proofs.get(key)?.expiresOn ?? 0) > now().getTime()) return;
      const revocationsBefore = revocations;
      await askAcs(acs, userToken);
      if (revocations !== revocationsBefore) return; // ACS may have answered before one of them
      proofs.set(key, {
        expiresOn: now().getTime() + TRUSTED_MILLISECONDS,
        user: comparable(userOf(userToken) ?? ''),
      });
    },
    forgetUser(userId) {
      revocations += 1;
      const revoked = comparable(userId);
      for (const [key, { user }] of proofs.entriesAscending()) if (revoked.includes(user)) proofs.delete(key);
    },
  };
}

/** The cheapest request that ACS authenticates; any success proves the token. */
async function askAcs(acs: AcsSession, userToken: string): Promise<void> {
  const query = { maxPageSize: 1 };
  await acs.send({ service: 'chat', method: 'GET', path: '/chat/threads', query, userToken, repetition: 'harmless' });
}
