import type * as z from 'zod';
import * as acs from '../../shared/acs/identity.ts';
import {
  accessToken,
  type IssueAccessTokenRequest,
  identityParams,
  issueAccessTokenRequest,
} from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/define.ts';
import type { Answer, OperationContext, OperationRequest } from '../../shared/operation/definition.ts';

type Request = OperationRequest<z.output<typeof identityParams>, IssueAccessTokenRequest>;

async function issue({ params, body }: Request, context: OperationContext): Promise<Answer> {
  const token = await acs.issueAccessToken(context.acs, params.id, body);
  return { status: 200, body: token, effect: { resource: { type: 'identity', id: params.id } } };
}

/** Issues an access token for an identity. */
export const issueAccessToken = operation({
  name: 'issueAccessToken',
  tag: 'Identity',
  summary: 'Issues an access token for an identity.',
  method: 'POST',
  route: 'identities/{id}/:issueAccessToken',
  queue: 'issue-access-token',
  request: { params: identityParams, body: issueAccessTokenRequest },
  responses: { 200: accessToken },
  identity: ({ params }) => params.id,
  withoutSecrets: (body) => ({ expiresOn: accessToken.parse(body).expiresOn }),
  renew: async (_kept, request, context) => issue(request, context),
  run: issue,
});
