import { type AbortSignalLike, withSignal } from '../abort.ts';
import { memberOf, SwitchboardError } from '../errors.ts';
import type { ChangeOptions, Transport } from '../transport.ts';
import type {
  AccessToken,
  CreateIdentityRequest,
  IdentityResult,
  IssueAccessTokenRequest,
  TeamsUserExchangeTokenRequest,
} from '../types.ts';

/** Fetches a new access token, as `AzureCommunicationTokenCredential` wants it. */
export type TokenRefresher = (abortSignal?: AbortSignalLike) => Promise<string>;

/** `client.identities`: ACS identities and their access tokens. */
export class IdentitiesClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates an identity. With `createTokenWithScopes`, also issues an access token. */
  create(request?: CreateIdentityRequest, options?: ChangeOptions): Promise<IdentityResult> {
    return this.#transport.call('createIdentity', { body: request }, options);
  }

  /** Deletes an identity and revokes its tokens. Succeeds even if the identity does not exist. */
  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.#transport.call('deleteIdentity', { path: { id } }, options);
  }

  /** Issues an access token. */
  issueToken(id: string, request: IssueAccessTokenRequest, options?: ChangeOptions): Promise<AccessToken> {
    return this.#transport.call('issueAccessToken', { path: { id }, body: request }, options);
  }

  /** Revokes all access tokens of an identity. */
  revokeTokens(id: string, options?: ChangeOptions): Promise<void> {
    return this.#transport.call('revokeAccessTokens', { path: { id } }, options);
  }

  /** Exchanges a Teams user's Entra ID token for an access token. */
  exchangeTeamsToken(request: TeamsUserExchangeTokenRequest, options?: ChangeOptions): Promise<AccessToken> {
    return this.#transport.call('exchangeTeamsUserAccessToken', { body: request }, options);
  }

  /**
   * Returns a function that issues a token each time: the `tokenRefresher` of an `AzureCommunicationTokenCredential`
   * (`@azure/communication-common`). An app that has no access key asks its own server to call it.
   */
  tokenRefresher(
    id: string,
    scopes: IssueAccessTokenRequest['scopes'],
    request: Omit<IssueAccessTokenRequest, 'scopes'> = {},
  ): TokenRefresher {
    return (abortSignal) =>
      withSignal(abortSignal, async (signal) => {
        const token = memberOf(await this.issueToken(id, { ...request, scopes }, { signal }), 'token');
        if (typeof token === 'string') return token;
        throw new SwitchboardError('UnexpectedResponse', 'The response has no token.');
      });
  }
}
