import { type Verification, verify, verifyHeaders } from '../../../../shared/signing/verify.ts';
import type { Context } from '../context.ts';
import { claimedResource } from '../identity/accessTokens.ts';
import type { Mailboxes } from '../mailboxes.ts';
import type { Auth, Call } from './route.ts';

/** Who sent a request to one of the four services, and to which mailbox. */
export interface Caller {
  readonly context: Context;
  /** The token in `Authorization`; not verified yet. */
  readonly bearer: string | undefined;
  /** Of the signature, if the operation needs one and there is no token. */
  readonly verification: Verification | undefined;
}

/**
 * Finds the mailbox that a request is meant for: that of the key that signed it, or of the resource that its token names. A
 * request without either belongs to the default mailbox, which rejects it.
 *
 * @param body undefined if it was too large to be read: then, it is not verified
 * @param now the time of the clock that clients sign with
 */
export function identifyCaller(
  auth: Auth,
  call: Call,
  body: Buffer | undefined,
  mailboxes: Mailboxes,
  now: Date,
): Caller {
  const bearer = /^Bearer (\S+)$/i.exec(call.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    return { context: mailboxes.ofResource(claimedResource(bearer)), bearer, verification: undefined };
  }
  if (auth !== 'accessKey') return { context: mailboxes.default, bearer, verification: undefined };
  const { method, target, header, baseUrl } = call;
  const isLoopbackHttp = baseUrl.startsWith('http:'); // the emulator listens on loopback only
  const received = { method, target, header, hosts: [header('host') ?? ''], isLoopbackHttp, isAcsScheme: true };
  const { keys, contexts } = mailboxes.keys();
  const verification = body ? verify({ ...received, body }, keys, now) : verifyHeaders(received, keys, now);
  const context = (verification.ok && contexts[verification.keyIndex]) || mailboxes.default;
  return { context, bearer, verification };
}
