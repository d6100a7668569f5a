import { hash } from 'node:crypto';
import QuickLRU from 'quick-lru';
import type { AcsSession } from './session.ts';

/** Whether users are who they claim to be: only ACS can verify a user token. */
export interface UserProofs {
  /** @throws SwitchboardError what ACS answers to a token that it does not accept */
  assertGenuine(acs: AcsSession, userToken: string): Promise<void>;
}

/** Tokens that are remembered at least; up to twice as many may be. One that was dropped costs a call to ACS. */
const REMEMBERED_TOKENS = 1000;

/** A token may be revoked: it counts as genuine no longer than this after ACS has accepted it. */
const TRUSTED_MILLISECONDS = 5 * 60_000;

export function createUserProofs(now: () => Date): UserProofs {
  /** By a hash of the token: until when it is trusted (epoch milliseconds). */
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

/** The cheapest request that ACS authenticates; whatever it answers with success proves the token. */
async function askAcs(acs: AcsSession, userToken: string): Promise<void> {
  const query = { maxPageSize: 1 };
  await acs.send({ service: 'chat', method: 'GET', path: '/chat/threads', query, userToken, repetition: 'harmless' });
}
