import * as acs from '../../shared/acs/identity.ts';
import { accessToken, identityParams, issueAccessTokenRequest } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/operation.ts';

/** Issues an access token for an identity. */
export const issueAccessToken = operation({
  name: 'issueAccessToken',
  method: 'POST',
  route: 'identities/{id}/:issueAccessToken',
  queue: 'issue-access-token',
  request: { params: identityParams, body: issueAccessTokenRequest },
  responses: { 200: accessToken },
  withoutSecrets: (body) => ({ expiresOn: accessToken.parse(body).expiresOn }),
  run: async ({ params, body }, context) => ({
    status: 200,
    body: await acs.issueAccessToken(context.acs, params.id, body),
  }),
});
