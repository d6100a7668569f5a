import { decodeJwt } from 'jose';

/** What an Entra ID access token says about a Teams user. */
interface TeamsToken {
  /** The application that requested the token. */
  readonly appId: string;
  /** The object id of the user. */
  readonly userId: string;
  readonly expiresOn: Date;
}

/** @see https://learn.microsoft.com/azure/communication-services/concepts/interop/teams-user/azure-ad-api-permissions */
const REQUIRED_PERMISSIONS = ['Teams.ManageCalls', 'Teams.ManageChats'];

/**
 * Reads an Entra ID access token of a Teams user; undefined if it has expired, or lacks a permission or claim. Only Entra ID
 * can sign one, so any signature is accepted: tests make tokens of their own.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (`appid`, in version 2.0 `azp`)
 */
export function readTeamsToken(token: string, now: Date): TeamsToken | undefined {
  const claims = decoded(token);
  const { oid, scp, exp, appid = claims['azp'] } = claims;
  if (typeof appid !== 'string' || typeof oid !== 'string' || typeof scp !== 'string') return undefined;
  const permissions = scp.split(' ');
  if (!REQUIRED_PERMISSIONS.every((it) => permissions.includes(it))) return undefined;
  if (typeof exp !== 'number' || exp * 1000 <= now.getTime()) return undefined;
  return { appId: appid, userId: oid, expiresOn: new Date(exp * 1000) };
}

function decoded(token: string): Readonly<Record<string, unknown>> {
  try {
    return decodeJwt(token);
  } catch {
    return {}; // no JWT
  }
}
