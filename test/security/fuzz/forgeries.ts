import type { Dice } from '../../setup/random.ts';
import { anyRequest } from './samples.ts';
import { signed, type Victim } from './victim.ts';
import type { HostileRequest } from './wire.ts';

// Proofs of identity that prove nothing.

const FIVE_MINUTES = 300_000;
const SCHEME = 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=';

export function malformedAuthorization(dice: Dice): string {
  return dice.pick([
    '',
    'HMAC-SHA256',
    `HMAC-SHA256 Signature=${dice.base64(32)}`,
    `${SCHEME}${dice.text(dice.below(3000))}`,
    `HMAC-SHA256 SignedHeaders=&Signature=${dice.base64(32)}`,
    `HMAC-SHA256 SignedHeaders=host&Signature=${dice.base64(32)}`,
    `${SCHEME.toLowerCase()}${dice.base64(32)}`,
    `Basic ${dice.base64(20)}`,
    `Bearer ${dice.text(dice.below(200))}`,
    dice.text(dice.below(200)),
  ]);
}

export function jwt(dice: Dice, { ids }: Victim): string {
  const part = (it: object) => Buffer.from(JSON.stringify(it)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + dice.below(7200) - 3600;
  const header = part({ alg: dice.pick(['none', 'HS256', 'RS256']), typ: 'JWT' });
  const claims = part({ skypeid: ids.identity.replace('8:', ''), scp: 1792, exp, resourceId: dice.uuid() });
  return `${header}.${claims}.${dice.text(dice.below(80), 'abcDEF0123-_')}`;
}

/** A signed request of which one part was changed after it was signed. */
export function tampered(dice: Dice, victim: Victim): HostileRequest {
  const { method, target, body } = anyRequest(dice, victim);
  const arrival = signed(victim.connections.shop, method, target, body);
  const { headers } = arrival;
  const change = dice.pick<() => HostileRequest>([
    () => ({ ...arrival, target: `${arrival.target}&maxPageSize=1` }),
    () => ({ ...arrival, headers: { ...headers, 'x-ms-date': new Date(Date.now() - 60_000).toUTCString() } }),
    () => ({ ...arrival, headers: { ...headers, 'x-ms-content-sha256': dice.base64(32) } }),
    () => ({ ...arrival, headers: { ...headers, authorization: dice.damaged(headers.authorization) } }),
    () => ({ ...arrival, ...(body === undefined ? { method: 'POST' } : { body: `${body} ` }) }),
  ]);
  return change();
}

export function stale(dice: Dice, victim: Victim): HostileRequest {
  const { method, target, body } = anyRequest(dice, victim);
  const off = (FIVE_MINUTES + 5000 + dice.below(10 ** 9)) * dice.pick([-1, 1]);
  return signed(victim.connections.shop, method, target, body, new Date(Date.now() + off));
}
