import { jwt } from './credentials.ts';

/** An application and a user of Entra ID, as in ACS's own example: azure-rest-api-specs, Identity, 2026-07-22. */
export const TEAMS_APP = '2c3e1e83-8fd7-4615-ad2b-b8c1229845ac';
export const TEAMS_USER = '32c0a5db-05ec-78ea-51ab-3f06b329397e';

/**
 * What an Entra ID access token of a Teams user looks like, signed by nobody.
 *
 * @param more members that replace those of a token that is valid for an hour
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @see https://learn.microsoft.com/azure/communication-services/concepts/interop/teams-user/azure-ad-api-permissions
 */
export function teamsToken(now: Date, more: object = {}): string {
  const claims = {
    aud: 'https://auth.msft.communication.azure.com',
    appid: TEAMS_APP,
    oid: TEAMS_USER,
    scp: 'Teams.ManageCalls Teams.ManageChats',
    exp: Math.floor(now.getTime() / 1000) + 3600,
  };
  return jwt({ ...claims, ...more });
}

/** A request to exchange such a token. @param claims that replace those of a valid token */
export function teamsRequest(now: Date, claims: object = {}) {
  return { token: teamsToken(now, claims), appId: TEAMS_APP, userId: TEAMS_USER };
}
