import type { TokenCredential } from '@azure/core-auth';
import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { type SigningKey, sign } from '../signing/sign.ts';
import { once } from '../storage/connection.ts';
import { isSenderRejection, isTokenRejection } from './acsError.ts';

/**
 * Signs each attempt with the resource's access key. After a 401, the request is sent once more: with the other key if
 * there are two, so that keys can be regenerated without failed calls, otherwise with a new date (ACS occasionally rejects
 * a valid date). The key that worked is used first from then on. A 401 about the sender or a user's token is returned at once.
 */
export function signingPolicy(keys: readonly SigningKey[], now: () => Date): PipelinePolicy {
  let current = 0;
  return {
    name: 'acsSigning',
    async sendRequest(request, next) {
      const used = current;
      const first = await next(signed(request, keyAt(keys, used), now()));
      if (first.status !== 401 || isAboutRequest(first.bodyAsText ?? '')) return first;
      const other = (used + 1) % keys.length;
      const second = await next(signed(request, keyAt(keys, other), now()));
      if (second.status !== 401) current = other;
      return second;
    },
  };
}

/** Whether a 401 is about a sender or a user's token. A signed request has no other token. */
function isAboutRequest(text: string): boolean {
  return isSenderRejection(401, text) || isTokenRejection(401, text);
}

function keyAt(keys: readonly SigningKey[], index: number): SigningKey {
  const key = keys[index];
  if (!key) throw new RangeError('The ACS credential has no access key.');
  return key;
}

function signed(request: PipelineRequest, key: SigningKey, date: Date): PipelineRequest {
  const { method, url, body } = request;
  const headers = sign({ method, url, body: typeof body === 'string' ? body : undefined, date }, key);
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  return request;
}

/** The double slash is intentional. @see `@azure/communication-common` 2.5.0 */
const ENTRA_SCOPE = 'https://communication.azure.com//.default';

/**
 * Authenticates with Entra tokens, which the library caches and refreshes. Its `bearerTokenAuthenticationPolicy` itself
 * rejects http, which the settings allow on this machine.
 */
export function entraPolicy(credential: () => Promise<TokenCredential>): PipelinePolicy {
  const tokens = once(async () => {
    const { getBearerTokenProvider } = await import('@azure/identity');
    return getBearerTokenProvider(await credential(), ENTRA_SCOPE);
  });
  return {
    name: 'acsEntra',
    async sendRequest(request, next) {
      const token = await tokens();
      request.headers.set('authorization', `Bearer ${await token()}`);
      return next(request);
    },
  };
}
