/** What a user access token is issued for. */
export interface UserToken {
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly tokenNumber: number;
}

export interface TokenTimes {
  readonly issuedAt: Date;
  readonly expiresOn: Date;
}

/** The value of `scp` in the live service's tokens for chat or calling. */
const COMMUNICATION_SCOPE = 1792;

/** Returns the claims of a user access token, as observed on the live service. */
export function userTokenClaims(
  { userId, scopes, tokenNumber }: UserToken,
  { issuedAt, expiresOn }: TokenTimes,
  resourceId: string,
) {
  const iat = seconds(issuedAt);
  return {
    skypeid: userId.replace(/^8:/, ''),
    scp: COMMUNICATION_SCOPE,
    csi: String(iat),
    exp: seconds(expiresOn),
    rgn: 'amer',
    acsScope: scopes.join(','),
    resourceId,
    resourceLocation: 'unitedstates',
    iat,
    // Not observed on the live service: distinguishes tokens issued within one second, for revocation.
    jti: String(tokenNumber),
  };
}

export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
