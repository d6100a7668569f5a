import * as z from 'zod';
import { dateTime, identifierText } from './common.ts';
import * as examples from './examples.ts';

/** @see "User access tokens" (ACS): what a token may be used for */
export const TOKEN_SCOPES = ['chat', 'voip', 'chat.join', 'chat.join.limited', 'voip.join'] as const;

const scope = z.lazy(() => z.enum(TOKEN_SCOPES));

/** Token life in minutes. @see ACS Identity REST 2023-10-01: 60 to 1440, 1440 when omitted */
const expiresInMinutes = z.lazy(() => z.int().min(60).max(1440));

export const identityParams = z.lazy(() =>
  z.strictObject({ id: identifierText.meta({ examples: [examples.userId] }) }),
);

export const createIdentityRequest = z.lazy(() =>
  z
    .object({
      createTokenWithScopes: z.array(scope).optional(),
      expiresInMinutes: expiresInMinutes.optional(),
    })
    .meta({ id: 'CreateIdentityRequest', examples: [examples.createIdentityRequest] }),
);

export const issueAccessTokenRequest = z.lazy(() =>
  z
    .object({
      scopes: z.array(scope).min(1),
      expiresInMinutes: expiresInMinutes.optional(),
    })
    .meta({ id: 'IssueAccessTokenRequest', examples: [examples.issueAccessTokenRequest] }),
);

export const accessToken = z.lazy(() =>
  z
    .looseObject({ token: z.string(), expiresOn: dateTime })
    .meta({ id: 'AccessToken', examples: [examples.accessToken] }),
);

export const identityResult = z.lazy(() =>
  z
    .looseObject({
      identity: z.looseObject({ id: z.string() }),
      accessToken: accessToken.nullish(),
    })
    .meta({ id: 'IdentityResult', examples: [examples.identityResult] }),
);

/** As `identityResult`, for where the token itself is not kept. */
export const identityResultWithoutToken = z.lazy(() =>
  z.looseObject({
    identity: z.looseObject({ id: z.string() }),
    accessToken: z.looseObject({ expiresOn: dateTime }).nullish(),
  }),
);

export type CreateIdentityRequest = z.output<typeof createIdentityRequest>;
export type IssueAccessTokenRequest = z.output<typeof issueAccessTokenRequest>;
export type AccessToken = z.output<typeof accessToken>;
export type IdentityResult = z.output<typeof identityResult>;
