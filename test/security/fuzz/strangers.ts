import type { Dice } from '../../setup/random.ts';
import { jwt, malformedAuthorization, stale, tampered } from './forgeries.ts';
import type { Kind } from './kind.ts';
import { anyRequest, hostileCsv, hostileJson } from './samples.ts';
import { signed, type Victim } from './victim.ts';
import type { HostileRequest } from './wire.ts';

// What callers without a key can send. Nothing of it may be stored or passed on.

const JSON_BODY = { 'content-type': 'application/json' };

/** An otherwise valid request with an Authorization header. */
function withAuthorization(dice: Dice, victim: Victim, authorization: string | undefined): HostileRequest {
  const { method, target, body } = anyRequest(dice, victim);
  const headers = { ...JSON_BODY, ...stolenIds(dice, victim), ...(authorization !== undefined && { authorization }) };
  return { method, target, headers, ...(body !== undefined && { body }) };
}

/** By which answers are found again, where they are. */
export function stolenIds(dice: Dice, { ids }: Victim): Record<string, string> {
  return dice.pick<Record<string, string>>([
    {},
    { 'idempotency-key': ids.idempotencyKey },
    { 'operation-id': ids.email },
    { 'repeatability-request-id': ids.repeatabilityRequestId, 'repeatability-first-sent': new Date().toUTCString() },
  ]);
}

const UNKNOWN_PATHS = [
  '/',
  '/.env',
  '/sms/',
  '//sms',
  '/sms/../admin/functions/x',
  '/%2e%2e/admin',
  '/identities/%00',
  '/%ff',
];
const FOREIGN_HOSTS = ['evil.example', '127.0.0.1.nip.io:7071', 'localhost.evil.example', 'metadata.internal'];
const FUNCTIONS = ['sendSmsFromQueue', 'sendSmsChunk', 'splitSmsBatch', 'pollEmailOperations', 'forgetOldRecords'];

const CROSS_SITE = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', ...JSON_BODY },
  { origin: 'null', ...JSON_BODY },
  { 'sec-fetch-site': 'same-site', ...JSON_BODY },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { host: 'evil.example', ...JSON_BODY },
  { 'x-forwarded-for': '203.0.113.7', host: 'evil.example', ...JSON_BODY },
];

function adminRun(dice: Dice, { recipient }: Victim): HostileRequest {
  const input = { body: { from: '+18005550100', smsRecipients: [{ to: recipient }], message: 'hostile' } };
  const body = JSON.stringify({ input: JSON.stringify(input) });
  return { method: 'POST', target: `/admin/functions/${dice.pick(FUNCTIONS)}`, headers: dice.pick(CROSS_SITE), body };
}

function emulatorControl(dice: Dice): HostileRequest {
  const [method, target] = dice.pick([
    ['POST', '/_emulator/keys/primary:regenerate'],
    ['POST', '/_emulator/sms/incoming'],
    ['POST', '/_emulator/entraToken'],
    ['PUT', '/_emulator/faults'],
    ['PUT', '/_emulator/quotas'],
  ] as const);
  return { server: 'acs', method, target, headers: dice.pick(CROSS_SITE), body: '{}' };
}

export const STRANGERS: readonly Kind[] = [
  { name: 'no Authorization', weight: 20, allowed: [401], make: (dice, it) => withAuthorization(dice, it, undefined) },
  {
    name: 'malformed Authorization',
    weight: 20,
    allowed: [401],
    make: (dice, it) => withAuthorization(dice, it, malformedAuthorization(dice)),
  },
  {
    name: 'the name of a client as a token',
    weight: 10,
    allowed: [401],
    make: (dice, it) =>
      withAuthorization(dice, it, `Bearer ${dice.pick(['shop', 'rival', 'client', 'shop.shop.shop'])}`),
  },
  {
    name: 'forged user token',
    weight: 6,
    allowed: [401],
    make: (dice, it) => withAuthorization(dice, it, `Bearer ${jwt(dice, it)}`),
  },
  {
    name: 'signed with a key that no client has',
    weight: 16,
    allowed: [401],
    make: (dice, it) => {
      const { method, target, body } = anyRequest(dice, it);
      const accessKey = dice.base64(dice.pick([32, 48, 64]));
      const arrival = signed({ endpoint: it.stack.switchboard, accessKey }, method, target, body);
      return { ...arrival, headers: { ...arrival.headers, ...stolenIds(dice, it) } };
    },
  },
  { name: 'changed after signing', weight: 20, allowed: [401, 404, 405], make: tampered },
  { name: 'signed too early or too late', weight: 10, allowed: [401], make: stale },
  // Answered with the first answer, and without another effect.
  { name: 'replayed', weight: 4, allowed: [202], make: (dice, { captured }) => dice.pick(captured) },
  {
    name: 'unsigned acting-user',
    weight: 5,
    allowed: [401],
    make: (dice, it) => {
      const arrival = signed(it.connections.shop, 'GET', '/chat/threads?api-version=2024-03-15');
      return { ...arrival, headers: { ...arrival.headers, 'acting-user': dice.pick([it.ids.identity, '8:acs:x']) } };
    },
  },
  {
    name: 'another host signed than called',
    weight: 8,
    allowed: [401],
    make: (dice, it) => {
      const { method, target, body } = anyRequest(dice, it);
      const endpoint = dice.pick(['https://evil.example', 'https://contoso.communication.azure.com']);
      const arrival = signed({ ...it.connections.shop, endpoint }, method, target, body);
      const own = { host: new URL(it.stack.switchboard).host, 'disguised-host': new URL(endpoint).host };
      return { ...arrival, headers: { ...arrival.headers, ...own } };
    },
  },
  {
    name: 'foreign Host',
    weight: 10,
    allowed: [403],
    make: (dice, it) => {
      const { method, target, body } = anyRequest(dice, it);
      const arrival = signed(it.connections.shop, method, target, body);
      return { ...arrival, headers: { ...arrival.headers, host: dice.pick(FOREIGN_HOSTS) } };
    },
  },
  {
    name: 'odd path',
    weight: 4,
    allowed: [400, 401, 404, 405, 415],
    make: (dice) => ({
      method: dice.pick(['GET', 'POST', 'PUT', 'OPTIONS']),
      target: dice.pick(UNKNOWN_PATHS),
      headers: {},
    }),
  },
  {
    name: 'unsigned hostile body',
    weight: 8,
    allowed: [401],
    make: (dice, it) => {
      const { method, target } = anyRequest(dice, it);
      return { method, target, headers: JSON_BODY, body: dice.pick([hostileJson, hostileCsv])(dice) };
    },
  },
  {
    name: 'unsigned and large',
    weight: 0.1,
    allowed: [401],
    make: () => ({
      method: 'POST',
      target: '/sms/batches?api-version=1',
      headers: JSON_BODY,
      body: Buffer.alloc(2_000_000, 32),
    }),
  },
  { name: 'admin route from a web page', weight: 8, allowed: [403, 415], make: adminRun },
  { name: 'emulator control from a web page', weight: 8, allowed: [403, 415], make: emulatorControl },
  {
    name: 'other host routes',
    weight: 2,
    allowed: [404],
    make: (dice) => ({
      method: 'GET',
      target: dice.pick(['/admin/host/keys', '/admin/vfs/', '/runtime/webhooks/x']),
      headers: {},
    }),
  },
];
