import {
  type AccessToken,
  accessToken,
  type CreateIdentityRequest,
  type IdentityResult,
  type IssueAccessTokenRequest,
  identityResult,
} from '../contract/identity.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { type AcsSession, expectShape } from './session.ts';
import { segment } from './urls.ts';

/** Makes an identity. A repetition makes another one, which nobody uses and which costs nothing. */
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

/** Deletes an identity and revokes its tokens. One that ACS does not know, or no longer knows, counts as deleted. */
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
    if (!(error instanceof SwitchboardError) || error.upstream?.status !== 404) throw error;
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
