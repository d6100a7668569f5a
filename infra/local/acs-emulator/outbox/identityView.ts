import type { Identity, IdentityStore, StoredToken } from '../identity/identityStore.ts';
import { userTokenClaims } from '../identity/tokenClaims.ts';
import type { IdentityItem, ItemSummary } from '../inspection/items.ts';
import type { StoredEvent } from '../state/stores.ts';
import type { ChannelView, Unplaced } from './channelView.ts';

interface IdentityViewOptions {
  readonly identities: IdentityStore;
  readonly resourceId: string;
  readonly now: () => Date;
}

/** Shows identities and their access tokens. Deleted identities stay shown. */
export function identityView(options: IdentityViewOptions): ChannelView {
  const { identities, now } = options;
  return {
    channel: 'identity',
    changedBy: (event) => changedBy(identities, event),
    has: (id) => identities.get(id) !== undefined,
    summary: (id) => {
      const identity = identities.get(id);
      return identity && summarize(identity);
    },
    item: (id) => {
      const identity = identities.get(id);
      return identity && describe(identity, options);
    },
    changesAt: (id) => {
      const identity = identities.get(id);
      return identity && nextExpiry(identity, now().getTime());
    },
    remove: (id) => identities.remove(id),
  };
}

function changedBy(identities: IdentityStore, event: StoredEvent): readonly string[] {
  if (event.store !== 'identity') return [];
  return event.type === 'allTokensRevoked' ? identities.ids() : [event.id];
}

function summarize({ id, createdAt, isDeleted, tokens }: Identity) {
  return {
    channel: 'identity',
    id,
    at: new Date(createdAt).toISOString(),
    direction: 'sent',
    from: '',
    to: [id],
    subject: '',
    preview: tokens.at(-1)?.scopes.join(', ') ?? '',
    status: isDeleted ? 'deleted' : 'active',
  } as const satisfies Unplaced<ItemSummary>;
}

function describe(identity: Identity, { resourceId, now }: IdentityViewOptions): Unplaced<IdentityItem> {
  const at = now().getTime();
  return {
    ...summarize(identity),
    tokens: identity.tokens.toReversed().map((token) => ({
      number: token.tokenNumber,
      scopes: [...token.scopes],
      issuedOn: new Date(token.at).toISOString(),
      expiresOn: new Date(token.expiresOn).toISOString(),
      state: stateOf(token, identity, at),
      claims: claimsOf(token, identity, resourceId),
    })),
    tokensIssued: identity.tokensIssued,
  };
}

function stateOf(token: StoredToken, { revokedUpTo }: Identity, now: number) {
  if (token.tokenNumber <= revokedUpTo) return 'revoked';
  return expiryOf(token) <= now ? 'expired' : 'valid';
}

/** In epoch milliseconds. Tokens have whole seconds. */
function expiryOf({ expiresOn }: StoredToken): number {
  return Math.floor(expiresOn / 1000) * 1000;
}

function claimsOf({ scopes, tokenNumber, at, expiresOn }: StoredToken, { id }: Identity, resourceId: string) {
  const times = { issuedAt: new Date(at), expiresOn: new Date(expiresOn) };
  return userTokenClaims({ userId: id, scopes, tokenNumber }, times, resourceId);
}

function nextExpiry(identity: Identity, now: number): number | undefined {
  const valid = identity.tokens.filter((token) => stateOf(token, identity, now) === 'valid');
  return valid.length > 0 ? Math.min(...valid.map(expiryOf)) : undefined;
}
