import * as acs from '../../shared/acs/identity.ts';
import type { Answer } from '../../shared/contract/answer.ts';
import { noParams } from '../../shared/contract/common.ts';
import {
  accessToken,
  type TeamsUserExchangeTokenRequest,
  teamsUserExchangeTokenRequest,
} from '../../shared/contract/identity.ts';
import type { OperationContext } from '../../shared/operation/context.ts';
import { operation } from '../../shared/operation/define.ts';

async function exchange(
  { body }: { readonly body: TeamsUserExchangeTokenRequest },
  context: OperationContext,
): Promise<Answer> {
  return { status: 200, body: await acs.exchangeTeamsUserAccessToken(context.acs, body) };
}

export const exchangeTeamsUserAccessToken = operation({
  name: 'exchangeTeamsUserAccessToken',
  tag: 'Identity',
  summary: 'Exchanges a Teams user’s Entra ID token for an access token of ACS.',
  http: { method: 'POST', route: 'teamsUser/:exchangeAccessToken' },
  queue: 'exchange-teams-user-access-token',
  params: noParams,
  body: { schema: teamsUserExchangeTokenRequest },
  responses: { 200: accessToken },
  secrets: {
    strip: (body) => ({ expiresOn: accessToken.parse(body).expiresOn }),
    renew: async (_stored, request, context) => exchange(request, context),
  },
  run: exchange,
});
