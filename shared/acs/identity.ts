import {
  type AccessToken,
  accessToken,
  type CreateIdentityRequest,
  type IdentityResult,
  type IssueAccessTokenRequest,
  identityResult,
  type TeamsUserExchangeTokenRequest,
} from '../contract/identity.ts';
import { isRejectedWith } from './acsError.ts';
import { segment } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';

/** Creates an identity. A repeated request creates another one, which remains unused and costs nothing. */
export async function createIdentity(acs: AcsSession, body: CreateIdentityRequest): Promise<IdentityResult> {
  const answer = await acs.send({
    service: 'identity',
    method: 'POST',
    path: '/identities',
    body,
    repetition: 'harmless',
  });
  return expectShape(identityResult, answer).body;
}

/** Deletes an identity and revokes its tokens. Succeeds if the identity does not exist. */
export async function deleteIdentity(acs: AcsSession, id: string): Promise<void> {
  try {
    await acs.send({
      service: 'identity',
      method: 'DELETE',
      path: `/identities/${segment(id)}`,
      route: '/identities/{id}',
      repetition: 'harmless',
    });
  } catch (error) {
    if (!isRejectedWith(404, error)) throw error;
  }
}

export async function issueAccessToken(
  acs: AcsSession,
  id: string,
  body: IssueAccessTokenRequest,
): Promise<AccessToken> {
  const answer = await acs.send({
    service: 'identity',
    method: 'POST',
    path: `/identities/${segment(id)}/:issueAccessToken`,
    route: '/identities/{id}/:issueAccessToken',
    body,
    repetition: 'harmless',
  });
  return expectShape(accessToken, answer).body;
}

/** Revokes the tokens that an identity has so far. A repeated request also revokes those issued since the first one. */
export async function revokeAccessTokens(acs: AcsSession, id: string): Promise<void> {
  await acs.send({
    service: 'identity',
    method: 'POST',
    path: `/identities/${segment(id)}/:revokeAccessTokens`,
    route: '/identities/{id}/:revokeAccessTokens',
    repetition: 'harmless',
  });
}

/** Anything shorter is unlikely to be a token, and may be a word of ACS's message. */
const MINIMUM_TOKEN_LENGTH = 32;

/** The token, and the parts of a JWT: each can be read by itself. */
function secretsOf(token: string): string[] {
  const parts = [token, ...token.split('.', 3)];
  return [...new Set(parts)].filter((it) => it.length >= MINIMUM_TOKEN_LENGTH);
}

/**
 * Exchanges a Teams user's Entra ID token for an access token of ACS that expires at the same time.
 *
 * @throws SwitchboardError with ACS's 401 `InvalidAccessToken` if the Entra ID token is not valid
 */
export async function exchangeTeamsUserAccessToken(
  acs: AcsSession,
  body: TeamsUserExchangeTokenRequest,
): Promise<AccessToken> {
  const answer = await acs.send({
    service: 'identity',
    method: 'POST',
    path: '/teamsUser/:exchangeAccessToken',
    body,
    hasTokenInBody: true,
    secrets: secretsOf(body.token),
    repetition: 'harmless',
  });
  return expectShape(accessToken, answer).body;
}
