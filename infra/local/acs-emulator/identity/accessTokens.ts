import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { readOrCreateJson } from '../state/dataDirectory.ts';

/** The audience of Entra tokens for ACS. */
const ENTRA_AUDIENCE = 'https://communication.azure.com/';

/** The value of `scp` in the live service's tokens for chat or calling. */
const COMMUNICATION_SCOPE = 1792;

interface TokenKey {
  readonly privateKey: Parameters<SignJWT['sign']>[0];
  readonly publicKey: Parameters<SignJWT['sign']>[0];
  readonly thumbprint: string;
}

interface UserToken {
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly tokenNumber: number;
}

/** A token as the identity service returns it. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresOn: string;
}

/** Issues and verifies the resource's tokens with one RSA key pair, which is created with the first token. */
export class AccessTokens {
  readonly #resourceId: string;
  readonly #directory: string | undefined;
  readonly #now: () => Date;
  #key: Promise<TokenKey> | undefined;

  constructor(resourceId: string, directory: string | undefined, now: () => Date) {
    this.#resourceId = resourceId;
    this.#directory = directory;
    this.#now = now;
  }

  /** Issues a user access token with the claims observed on the live service. */
  async issueUserToken(user: UserToken, expiresOn: Date): Promise<IssuedToken> {
    const issuedAt = seconds(this.#now());
    return this.#sign(
      {
        skypeid: user.userId.replace(/^8:/, ''),
        scp: COMMUNICATION_SCOPE,
        csi: String(issuedAt),
        rgn: 'amer',
        acsScope: user.scopes.join(','),
        resourceId: this.#resourceId,
        resourceLocation: 'unitedstates',
        iat: issuedAt,
        // Not observed on the live service: distinguishes tokens issued within one second, for revocation.
        jti: String(user.tokenNumber),
      },
      expiresOn,
    );
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
    const issuedAt = seconds(this.#now());
    return this.#sign({ aud: ENTRA_AUDIENCE, iss: 'acs-emulator', sub: 'managed-identity', iat: issuedAt }, expiresOn);
  }

  async isEntraToken(token: string): Promise<boolean> {
    return (await this.#verify(token))?.aud === ENTRA_AUDIENCE;
  }

  async #sign(claims: JWTPayload, expiresOn: Date): Promise<IssuedToken> {
    const { privateKey, thumbprint } = await this.#tokenKey();
    const token = await new SignJWT({ ...claims, exp: seconds(expiresOn) })
      .setProtectedHeader({ alg: 'RS256', kid: thumbprint, x5t: thumbprint, typ: 'JWT' })
      .sign(privateKey);
    return { token, expiresOn: sevenDigits(expiresOn) };
  }

  async #verify(token: string): Promise<JWTPayload | undefined> {
    const { publicKey } = await this.#tokenKey();
    try {
      const options = { algorithms: ['RS256'], currentDate: this.#now(), requiredClaims: ['exp'] };
      return (await jwtVerify(token, publicKey, options)).payload;
    } catch {
      return undefined;
    }
  }

  #tokenKey(): Promise<TokenKey> {
    this.#key ??= loadKey(this.#directory);
    return this.#key;
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

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** A time as the identity service writes it: `2022-09-07T14:34:56.2710000+00:00`. */
export function sevenDigits(date: Date): string {
  return date.toISOString().replace('Z', '0000+00:00');
}
