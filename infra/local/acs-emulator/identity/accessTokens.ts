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
import { keptJson } from '../state/resource.ts';

/** The audience of Entra tokens for ACS. */
const ENTRA_AUDIENCE = 'https://communication.azure.com/';

/** What the live service puts in `scp` of a token for chat or calling. */
const COMMUNICATION_SCOPE = 1792;

interface TokenKey {
  readonly privateKey: Parameters<SignJWT['sign']>[0];
  readonly publicKey: Parameters<SignJWT['sign']>[0];
  readonly thumbprint: string;
}

export interface UserToken {
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly tokenNumber: number;
}

/** Issues and reads the resource's tokens, with one RSA key pair that is made when the first token is. */
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

  /** A user access token with the claims that the live service was seen to use. */
  async issueUserToken(user: UserToken, expiresOn: Date): Promise<string> {
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
        // Not seen on the live service: tells tokens of the same second apart, for revocation.
        jti: String(user.tokenNumber),
      },
      expiresOn,
    );
  }

  /** The user of a token with our signature that has not run out; undefined for any other text. */
  async readUserToken(token: string): Promise<UserToken | undefined> {
    const claims = await this.#verify(token);
    if (typeof claims?.['skypeid'] !== 'string' || typeof claims['acsScope'] !== 'string') return undefined;
    return {
      userId: `8:${claims['skypeid']}`,
      scopes: claims['acsScope'].split(','),
      tokenNumber: Number(claims.jti),
    };
  }

  /** A token such as Entra ID issues to a managed identity of this resource's owner. */
  async issueEntraToken(expiresOn: Date): Promise<string> {
    const issuedAt = seconds(this.#now());
    return this.#sign({ aud: ENTRA_AUDIENCE, iss: 'acs-emulator', sub: 'managed-identity', iat: issuedAt }, expiresOn);
  }

  async isEntraToken(token: string): Promise<boolean> {
    return (await this.#verify(token))?.aud === ENTRA_AUDIENCE;
  }

  async #sign(claims: JWTPayload, expiresOn: Date): Promise<string> {
    const { privateKey, thumbprint } = await this.#tokenKey();
    return new SignJWT({ ...claims, exp: seconds(expiresOn) })
      .setProtectedHeader({ alg: 'RS256', kid: thumbprint, x5t: thumbprint, typ: 'JWT' })
      .sign(privateKey);
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
  const jwk = await keptJson(directory, 'token-key.json', generateJwk);
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
