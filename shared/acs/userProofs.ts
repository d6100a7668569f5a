import { hash } from 'node:crypto';
import QuickLRU from 'quick-lru';
import type { AcsSession } from './session.ts';

/** Verifies user tokens, which only ACS can do. */
export interface UserProofs {
  /** @throws SwitchboardError with ACS's error if ACS does not accept the token */
  assertGenuine(acs: AcsSession, userToken: string): Promise<void>;
}

/** Minimum number of cached tokens; the cache may hold twice as many. A dropped token costs a call to ACS. */
const REMEMBERED_TOKENS = 1000;

/** How long a token counts as genuine after ACS has accepted it; it may be revoked at any time. */
const TRUSTED_MILLISECONDS = 5 * 60_000;

export function createUserProofs(now: () => Date): UserProofs {
  /** Expiry of trust (epoch milliseconds) by a hash of the token. */
  const trusted = new QuickLRU<string, number>({ maxSize: REMEMBERED_TOKENS });
  return {
    async assertGenuine(acs, userToken) {
      const key = hash('sha256', userToken, 'base64');
      if ((trusted.get(key) ?? 0) > now().getTime()) return;
      await askAcs(acs, userToken);
      trusted.set(key, now().getTime() + TRUSTED_MILLISECONDS);
    },
  };
}

/** The cheapest request that ACS authenticates; any success proves the token. */
async function askAcs(acs: AcsSession, userToken: string): Promise<void> {
  const query = { maxPageSize: 1 };
  await acs.send({ service: 'chat', method: 'GET', path: '/chat/threads', query, userToken, repetition: 'harmless' });
}
