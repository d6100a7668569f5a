import {
  calculateJwkThumbprint,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { readOrCreateJson } from '../state/dataDirectory.ts';
import { seconds, type TokenTimes, type UserToken, userTokenClaims } from './tokenClaims.ts';

/** The audience of Entra tokens for ACS. */
const ENTRA_AUDIENCE = 'https://communication.azure.com/';

/** Returns the resource that a token says it is of, without verifying it. */
export function claimedResource(token: string): string | undefined {
  try {
    const { resourceId } = decodeJwt(token);
    return typeof resourceId === 'string' ? resourceId : undefined;
  } catch {
    return undefined; // no JWT
  }
}

export interface TokenKey {
  readonly privateKey: Parameters<SignJWT['sign']>[0];
  readonly publicKey: Parameters<SignJWT['sign']>[0];
  readonly thumbprint: string;
}

/** A token as the identity service returns it. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresOn: string;
}

/** Returns a function that returns the RSA key pair of a data directory, which is created at the first call. */
export function tokenKeyOf(directory: string | undefined): () => Promise<TokenKey> {
  let key: Promise<TokenKey> | undefined;
  return () => {
    key ??= loadKey(directory);
    return key;
  };
}

/** Issues and verifies the tokens of one resource. */
export class AccessTokens {
  readonly #resourceId: string;
  readonly #key: () => Promise<TokenKey>;
  readonly #now: () => Date;

  /** @param key may be shared: a resource accepts only its own tokens */
  constructor(resourceId: string, key: () => Promise<TokenKey>, now: () => Date) {
    this.#resourceId = resourceId;
    this.#key = key;
    this.#now = now;
  }

  /** Issues a user access token. */
  async issueUserToken(user: UserToken, times: TokenTimes): Promise<IssuedToken> {
    return this.#sign(userTokenClaims(user, times, this.#resourceId), times.expiresOn);
  }

  /** Returns the user of a valid token; undefined if the signature is not ours or the token has expired. */
  async readUserToken(token: string): Promise<UserToken | undefined> {
    const claims = await this.#verify(token);
    if (typeof claims?.['skypeid'] !== 'string' || typeof claims['acsScope'] !== 'string') return undefined;
    return {
      userId: `8:${claims['skypeid']}`,
      scopes: claims['acsScope'].split(','),
      tokenNumber: Number(claims.jti),
    };
  }

  /** Issues a token like those that Entra ID issues to a managed identity with access to this resource. */
  async issueEntraToken(expiresOn: Date): Promise<IssuedToken> {
    const times = { iat: seconds(this.#now()), exp: seconds(expiresOn) };
    const resourceId = this.#resourceId;
    return this.#sign(
      { aud: ENTRA_AUDIENCE, iss: 'acs-emulator', sub: 'managed-identity', resourceId, ...times },
      expiresOn,
    );
  }

  async isEntraToken(token: string): Promise<boolean> {
    return (await this.#verify(token))?.aud === ENTRA_AUDIENCE;
  }

  async #sign(claims: JWTPayload, expiresOn: Date): Promise<IssuedToken> {
    const { privateKey, thumbprint } = await this.#key();
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: thumbprint, x5t: thumbprint, typ: 'JWT' })
      .sign(privateKey);
    return { token, expiresOn: sevenDigits(expiresOn) };
  }

  async #verify(token: string): Promise<JWTPayload | undefined> {
    const { publicKey } = await this.#key();
    try {
      const options = { algorithms: ['RS256'], currentDate: this.#now(), requiredClaims: ['exp'] };
      const { payload } = await jwtVerify(token, publicKey, options);
      return payload['resourceId'] === this.#resourceId ? payload : undefined;
    } catch {
      return undefined;
    }
  }
}

async function loadKey(directory: string | undefined): Promise<TokenKey> {
  const jwk = await readOrCreateJson(directory, 'token-key.json', generateJwk);
  const publicJwk: JWK = { kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '' };
  return {
    privateKey: await importJWK(jwk, 'RS256'),
    publicKey: await importJWK(publicJwk, 'RS256'),
    thumbprint: await calculateJwkThumbprint(publicJwk),
  };
}

async function generateJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return exportJWK(privateKey);
}

/** A time as the identity service writes it: `2022-09-07T14:34:56.2710000+00:00`. */
export function sevenDigits(date: Date): string {
  return date.toISOString().replace('Z', '0000+00:00');
}
