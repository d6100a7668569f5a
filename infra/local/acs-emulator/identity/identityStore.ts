export type IdentityEvent =
  | { readonly store: 'identity'; readonly type: 'created'; readonly id: string; readonly at: number }
  | { readonly store: 'identity'; readonly type: 'deleted'; readonly id: string }
  | {
      readonly store: 'identity';
      readonly type: 'tokenIssued';
      readonly id: string;
      readonly at: number;
      readonly tokenNumber: number;
      readonly scopes: readonly string[];
    }
  | { readonly store: 'identity'; readonly type: 'tokensRevoked'; readonly id: string }
  /** An access key was regenerated. */
  | { readonly store: 'identity'; readonly type: 'allTokensRevoked' };

interface Identity {
  readonly id: string;
  readonly createdAt: number;
  tokensIssued: number;
  lastTokenIssuedAt?: number;
  lastTokenNumber: number;
  /** Tokens up to and including this number are revoked. */
  revokedUpTo: number;
}

/** The identities of the resource and which of their tokens are revoked. Tokens themselves are not stored. */
export class IdentityStore {
  readonly #identities = new Map<string, Identity>();
  #lastTokenNumber = 0;

  get nextTokenNumber(): number {
    return this.#lastTokenNumber + 1;
  }

  has(id: string): boolean {
    return this.#identities.has(id);
  }

  /** Whether an issued token is still valid, apart from its expiry. */
  isValidToken(id: string, tokenNumber: number): boolean {
    const identity = this.#identities.get(id);
    return identity !== undefined && tokenNumber > identity.revokedUpTo;
  }

  list(): object[] {
    return Array.from(this.#identities.values(), ({ id, createdAt, tokensIssued, lastTokenIssuedAt }) => ({
      id,
      createdOn: new Date(createdAt).toISOString(),
      tokensIssued,
      ...(lastTokenIssuedAt !== undefined && { lastTokenIssuedAt: new Date(lastTokenIssuedAt).toISOString() }),
    }));
  }

  clear(): void {
    this.#identities.clear();
  }

  apply(event: IdentityEvent): void {
    if (event.type === 'allTokensRevoked') {
      for (const identity of this.#identities.values()) revokeTokens(identity);
      return;
    }
    const { id } = event;
    if (event.type === 'created') {
      this.#identities.set(id, { id, createdAt: event.at, tokensIssued: 0, lastTokenNumber: 0, revokedUpTo: 0 });
      return;
    }
    if (event.type === 'tokenIssued') this.#lastTokenNumber = Math.max(this.#lastTokenNumber, event.tokenNumber);
    const identity = this.#identities.get(id);
    if (!identity) return;
    switch (event.type) {
      case 'deleted':
        this.#identities.delete(id);
        break;
      case 'tokenIssued':
        identity.tokensIssued += 1;
        identity.lastTokenIssuedAt = event.at;
        identity.lastTokenNumber = event.tokenNumber;
        break;
      case 'tokensRevoked':
        revokeTokens(identity);
        break;
    }
  }
}

function revokeTokens(identity: Identity): void {
  identity.revokedUpTo = identity.lastTokenNumber;
}
