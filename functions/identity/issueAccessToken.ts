import type * as z from 'zod';
import * as acs from '../../shared/acs/identity.ts';
import type { Answer } from '../../shared/contract/answer.ts';
import {
  accessToken,
  type IssueAccessTokenRequest,
  identityParams,
  issueAccessTokenRequest,
} from '../../shared/contract/identity.ts';
import type { OperationContext } from '../../shared/operation/context.ts';
import { operation } from '../../shared/operation/define.ts';
import type { OperationRequest } from '../../shared/operation/definition.ts';

type Request = OperationRequest<z.output<typeof identityParams>, IssueAccessTokenRequest>;

async function issue({ params, body }: Request, context: OperationContext): Promise<Answer> {
  const token = await acs.issueAccessToken(context.acs, params.id, body);
  return { status: 200, body: token, effect: { resource: { type: 'identity', id: params.id } } };
}

export const issueAccessToken = operation({
  name: 'issueAccessToken',
  tag: 'Identity',
  summary: 'Issues an access token for an identity.',
  http: { method: 'POST', route: 'identities/{id}/:issueAccessToken' },
  queue: 'issue-access-token',
  params: identityParams,
  body: { schema: issueAccessTokenRequest },
  permissions: { identity: ({ params }) => params.id },
  responses: { 200: accessToken },
  secrets: {
    strip: (body) => ({ expiresOn: accessToken.parse(body).expiresOn }),
    renew: async (_stored, request, context) => issue(request, context),
  },
  run: issue,
});
