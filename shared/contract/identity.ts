import * as z from 'zod';
import { dateTime, identifierText } from './common.ts';
import * as examples from './examples.ts';

/** @see "User access tokens" (ACS) */
export const TOKEN_SCOPES = ['chat', 'voip', 'chat.join', 'chat.join.limited', 'voip.join'] as const;

const scope = z.lazy(() => z.enum(TOKEN_SCOPES));

/** @see ACS Identity REST 2023-10-01: 60 to 1440, 1440 when omitted */
const expiresInMinutes = z.lazy(() =>
  z.int().min(60).max(1440).describe('Lifetime of the access token in minutes. By default, 1440 (24 hours).'),
);

export const identityParams = z.lazy(() =>
  z.strictObject({ id: identifierText.meta({ description: 'Id of the identity.', examples: [examples.userId] }) }),
);

export const createIdentityRequest = z.lazy(() =>
  z
    .object({
      createTokenWithScopes: z
        .array(scope)
        .optional()
        .describe('Scopes of the access token to issue. By default, none is issued.'),
      expiresInMinutes: expiresInMinutes.optional(),
    })
    .meta({
      id: 'CreateIdentityRequest',
      description: 'An identity to create, optionally with an access token.',
      examples: [examples.createIdentityRequest],
    }),
);

export const issueAccessTokenRequest = z.lazy(() =>
  z
    .object({
      scopes: z.array(scope).min(1).describe('Scopes of the access token.'),
      expiresInMinutes: expiresInMinutes.optional(),
    })
    .meta({
      id: 'IssueAccessTokenRequest',
      description: 'An access token to issue.',
      examples: [examples.issueAccessTokenRequest],
    }),
);

/** An empty token is left to ACS, which answers 401 to it, as to an expired one: the user has to sign in. */
export const teamsUserExchangeTokenRequest = z.lazy(() =>
  z
    .object({
      token: z.string().describe('Entra ID access token of the Teams user.'),
      appId: z.guid().describe('Client id of the Entra ID application, as in the token’s claim `appid`.'),
      userId: z.guid().describe('Object id of the Teams user, as in the token’s claim `oid`.'),
    })
    .meta({
      id: 'TeamsUserExchangeTokenRequest',
      description: 'A Teams user’s token to exchange.',
      examples: [examples.teamsUserExchangeTokenRequest],
    }),
);

export const accessToken = z.lazy(() =>
  z
    .looseObject({
      token: z.string().describe('The access token.'),
      expiresOn: dateTime.describe('When the access token expires.'),
    })
    .meta({ id: 'AccessToken', description: 'An access token of an identity.', examples: [examples.accessToken] }),
);

const identity = z.lazy(() =>
  z.looseObject({ id: z.string().describe('Id of the identity.') }).describe('The identity.'),
);

export const identityResult = z.lazy(() =>
  z
    .looseObject({
      identity,
      accessToken: accessToken.nullish().describe('The access token, if scopes were requested.'),
    })
    .meta({ id: 'IdentityResult', description: 'The identity that was created.', examples: [examples.identityResult] }),
);

/** Like `identityResult`, for places that do not keep the token. */
export const identityResultWithoutToken = z.lazy(() =>
  z.looseObject({ identity, accessToken: z.looseObject({ expiresOn: dateTime }).nullish() }),
);

export type CreateIdentityRequest = z.output<typeof createIdentityRequest>;
export type IssueAccessTokenRequest = z.output<typeof issueAccessTokenRequest>;
export type TeamsUserExchangeTokenRequest = z.output<typeof teamsUserExchangeTokenRequest>;
export type AccessToken = z.output<typeof accessToken>;
export type IdentityResult = z.output<typeof identityResult>;
