export interface TokenIssued {
  readonly store: 'identity';
  readonly type: 'tokenIssued';
  readonly id: string;
  readonly at: number;
  readonly tokenNumber: number;
  readonly scopes: readonly string[];
  /** Epoch milliseconds; absent in old journals. */
  readonly expiresOn?: number;
}

export type IdentityEvent =
  | { readonly store: 'identity'; readonly type: 'created'; readonly id: string; readonly at: number }
  | { readonly store: 'identity'; readonly type: 'deleted'; readonly id: string }
  | TokenIssued
  | { readonly store: 'identity'; readonly type: 'removed'; readonly id: string }
  | { readonly store: 'identity'; readonly type: 'tokensRevoked'; readonly id: string }
  /** An access key was regenerated. */
  | { readonly store: 'identity'; readonly type: 'allTokensRevoked' };

/** What is known of a token. Tokens themselves are not stored. */
export interface StoredToken extends Pick<TokenIssued, 'tokenNumber' | 'at' | 'scopes'> {
  readonly expiresOn: number;
}

export interface Identity {
  readonly id: string;
  readonly createdAt: number;
  readonly isDeleted: boolean;
  readonly tokensIssued: number;
  /** The newest ones, oldest first. */
  readonly tokens: readonly StoredToken[];
  /** Tokens up to and including this number are revoked. */
  readonly revokedUpTo: number;
}

/** Of each identity. Older tokens stay valid until they expire, but are not shown. */
const MAXIMUM_TOKENS = 100;

/** The lifetime of a token that an old journal does not mention: the default one. */
const DEFAULT_TOKEN_MILLISECONDS = 24 * 60 * 60 * 1000;

/** The identities of the resource and which of their tokens are revoked. Deleted ones are kept, to be shown. */
export class IdentityStore {
  readonly #identities = new Map<string, Identity>();
  #lastTokenNumber = 0;

  get nextTokenNumber(): number {
    return this.#lastTokenNumber + 1;
  }

  /** Whether the identity exists and was not deleted. */
  has(id: string): boolean {
    return this.#identities.get(id)?.isDeleted === false;
  }

  /** Returns an identity, also a deleted one. */
  get(id: string): Identity | undefined {
    return this.#identities.get(id);
  }

  /** Returns the ids of all identities, also of deleted ones. */
  ids(): string[] {
    return [...this.#identities.keys()];
  }

  /** Whether an issued token is still valid, apart from its expiry. */
  isValidToken(id: string, tokenNumber: number): boolean {
    const identity = this.#identities.get(id);
    return identity !== undefined && !identity.isDeleted && tokenNumber > identity.revokedUpTo;
  }

  list(): object[] {
    const existing = [...this.#identities.values()].filter(({ isDeleted }) => !isDeleted);
    return existing.map(({ id, createdAt, tokensIssued, tokens }) => {
      const last = tokens.at(-1);
      return {
        id,
        createdOn: new Date(createdAt).toISOString(),
        tokensIssued,
        ...(last && { lastTokenIssuedAt: new Date(last.at).toISOString() }),
      };
    });
  }

  /** Adds an identity of an earlier state. */
  restore(identity: Identity): void {
    this.#identities.set(identity.id, identity);
  }

  restoreLastTokenNumber(tokenNumber: number): void {
    this.#lastTokenNumber = tokenNumber;
  }

  clear(): void {
    this.#identities.clear();
  }

  apply(event: IdentityEvent): void {
    if (event.type === 'allTokensRevoked') {
      for (const id of this.#identities.keys()) this.#change(id, revokeTokens);
      return;
    }
    const { id } = event;
    switch (event.type) {
      case 'created':
        this.#identities.set(id, newIdentity(id, event.at));
        break;
      case 'deleted':
        this.#change(id, (identity) => ({ ...revokeTokens(identity), isDeleted: true }));
        break;
      case 'tokenIssued':
        this.#lastTokenNumber = Math.max(this.#lastTokenNumber, event.tokenNumber);
        this.#change(id, (identity) => addToken(identity, event));
        break;
      case 'removed':
        this.remove(id);
        break;
      case 'tokensRevoked':
        this.#change(id, revokeTokens);
        break;
    }
  }

  remove(id: string): void {
    this.#identities.delete(id);
  }

  #change(id: string, change: (identity: Identity) => Identity): void {
    const identity = this.#identities.get(id);
    if (identity) this.#identities.set(id, change(identity));
  }
}

function newIdentity(id: string, createdAt: number): Identity {
  return { id, createdAt, isDeleted: false, tokensIssued: 0, tokens: [], revokedUpTo: 0 };
}

function addToken(identity: Identity, { tokenNumber, at, scopes, expiresOn }: TokenIssued): Identity {
  const token = { tokenNumber, at, scopes, expiresOn: expiresOn ?? at + DEFAULT_TOKEN_MILLISECONDS };
  const tokens = [...identity.tokens, token].slice(-MAXIMUM_TOKENS);
  return { ...identity, tokens, tokensIssued: identity.tokensIssued + 1 };
}

function revokeTokens(identity: Identity): Identity {
  return { ...identity, revokedUpTo: identity.tokens.at(-1)?.tokenNumber ?? 0 };
}
