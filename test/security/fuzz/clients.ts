import type { DescribedOperation } from '../../setup/describedOperations.ts';
import { SENDER } from '../../setup/names.ts';
import type { Dice } from '../../setup/random.ts';
import type { Kind } from './kind.ts';
import { anyRequest, hostileCsv, hostileJson, validFor } from './samples.ts';
import { stolenIds } from './strangers.ts';
import { signed, type Victim } from './victim.ts';
import type { HostileRequest } from './wire.ts';

// What a client with a key of its own can send against another one, or beyond its rights.

const VERSION = 'api-version=2024-03-15';

/** Of one of these operations. */
function requestOf(victim: Victim, dice: Dice, isMeant: (operation: DescribedOperation) => boolean) {
  const operation = dice.pick(victim.operations.filter(isMeant));
  return { method: operation.method, ...validFor(operation, victim) };
}

/** On a path that begins so. */
function isOn(path: string, method?: string) {
  return (it: DescribedOperation) => it.path.startsWith(path) && (method === undefined || it.method === method);
}

function from(
  dice: Dice,
  victim: Victim,
  client: 'rival' | 'narrow',
  { method, target, body }: { method: string; target: string; body?: string },
): HostileRequest {
  const arrival = signed(victim.connections[client], method, target, body);
  return { ...arrival, headers: { ...arrival.headers, ...stolenIds(dice, victim) } };
}

/** Sends to the victim's recipients, which the rival may not reach, under the victim's ids. */
function smsUnderStolenIds(dice: Dice, victim: Victim): HostileRequest {
  const { ids, recipient } = victim;
  const repeat = {
    repeatabilityRequestId: ids.repeatabilityRequestId,
    repeatabilityFirstSent: new Date().toUTCString(),
  };
  const tag = dice.pick([`${ids.batch}/0`, `${ids.batch}/0/x`, ids.message]);
  const body = JSON.stringify({
    from: SENDER,
    smsRecipients: [{ to: recipient, ...repeat }],
    message: dice.text(20),
    smsSendOptions: { enableDeliveryReport: true, tag },
  });
  return from(dice, victim, 'rival', { method: 'POST', target: `/sms?${VERSION}`, body });
}

function hostileBody(dice: Dice, victim: Victim): HostileRequest {
  // A PATCH that changes nothing is a valid one.
  const isWrite = ({ method, body }: DescribedOperation) => method === 'POST' && body === 'required';
  const { method, target } = requestOf(victim, dice, isWrite);
  return from(dice, victim, 'rival', { method, target, body: hostileJson(dice) });
}

function hostileFile(dice: Dice, victim: Victim): HostileRequest {
  const query = new URLSearchParams({
    from: SENDER,
    message: dice.pick(['hi', `{{x}}{{${' '.repeat(dice.below(2030))}`, '{{name}}']),
    'api-version': '1',
  });
  const csv = hostileCsv(dice);
  const arrival = signed(victim.connections.rival, 'POST', `/sms/batches?${query}`, csv);
  return { ...arrival, headers: { ...arrival.headers, 'content-type': 'text/csv' } };
}

/** Header fields and addresses that would write a second header, or be read by more people. */
function injectedEmail(dice: Dice, victim: Victim): HostileRequest {
  const header = dice.pick(['Bcc', 'From', 'Sender', 'X-A\r\nBcc', 'Subject\n']);
  const body = JSON.stringify({
    senderAddress: 'news@contoso.com',
    recipients: { to: [{ address: dice.pick(['a@b\r\nBcc: c@d', 'nobody', '', 'a@example.com\u0000']) }] },
    content: { subject: 'a\r\nBcc: evil@example.com', plainText: 'x' },
    headers: { [header]: 'evil@example.com\r\n\r\nx' },
  });
  return from(dice, victim, 'rival', { method: 'POST', target: `/emails:send?${VERSION}`, body });
}

export const CLIENTS: readonly Kind[] = [
  {
    name: "another client's batch, read",
    weight: 10,
    allowed: [404],
    make: (dice, it) => from(dice, it, 'rival', requestOf(it, dice, isOn('/sms/batches/{', 'GET'))),
  },
  {
    name: "another client's batch, changed",
    weight: 10,
    allowed: [404, 409], // 409: another such request under the same Idempotency-Key is at work
    make: (dice, it) => from(dice, it, 'rival', requestOf(it, dice, isOn('/sms/batches/{', 'POST'))),
  },
  {
    name: "another client's message or email",
    weight: 10,
    allowed: [404],
    make: (dice, it) =>
      from(
        dice,
        it,
        'rival',
        requestOf(it, dice, ({ id }) => ['getEmailOperation', 'getSmsDeliveryReport'].includes(id)),
      ),
  },
  {
    name: 'an email that does not exist',
    weight: 5,
    allowed: [404],
    make: (dice, it) =>
      from(dice, it, 'rival', { method: 'GET', target: `/emails/operations/${dice.uuid()}?${VERSION}` }),
  },
  {
    name: 'lists',
    weight: 3,
    allowed: [200],
    make: (dice, it) =>
      from(
        dice,
        it,
        'rival',
        requestOf(it, dice, ({ id }) => ['listSmsBatches', 'listSmsOptOuts'].includes(id)),
      ),
  },
  {
    name: "opt-outs of another client's recipients",
    weight: 5,
    allowed: [200, 409, 422], // with an item of 403 for each recipient
    make: (dice, it) => from(dice, it, 'rival', requestOf(it, dice, isOn('/sms/optouts', 'POST'))),
  },
  {
    name: "another client's identity",
    weight: 10,
    allowed: [403, 404],
    make: (dice, it) => from(dice, it, 'rival', requestOf(it, dice, isOn('/identities/{'))),
  },
  {
    name: "another client's chat thread",
    weight: 10,
    allowed: [403, 409], // 409: as above
    make: (dice, it) => from(dice, it, 'rival', requestOf(it, dice, isOn('/chat/threads/{'))),
  },
  {
    name: 'acting as the user of another client',
    weight: 5,
    allowed: [401, 403],
    make: (dice, it) => {
      const arrival = from(dice, it, 'rival', { method: 'GET', target: `/chat/threads?${VERSION}` });
      return { ...arrival, headers: { ...arrival.headers, 'acting-user': it.ids.identity } };
    },
  },
  { name: "SMS under another client's ids", weight: 10, allowed: [202, 409, 422], make: smsUnderStolenIds },
  {
    name: 'an operation without the right',
    weight: 15,
    allowed: [403],
    make: (dice, it) => {
      const rest = it.operations.filter(({ id }) => !['getSmsBatch', 'getUsage'].includes(id));
      const operation = dice.pick(rest);
      return from(dice, it, 'narrow', { method: operation.method, ...validFor(operation, it) });
    },
  },
  {
    name: 'another api-version',
    weight: 3,
    allowed: [400],
    make: (dice, it) => {
      const { method, target, body } = anyRequest(dice, it);
      const wrong = target.replace(/api-version=[^&]*/, dice.pick(['', 'api-version=', 'api-version=x%00', 'API=1']));
      return from(dice, it, 'rival', { method, target: wrong, ...(body !== undefined && { body }) });
    },
  },
  { name: 'hostile JSON', weight: 15, allowed: [400, 413], make: hostileBody },
  { name: 'hostile CSV', weight: 8, allowed: [400, 413], make: hostileFile },
  { name: 'email that injects headers', weight: 5, allowed: [400], make: injectedEmail },
  {
    name: 'oversized',
    weight: 0.1,
    allowed: [400, 413],
    make: (dice, it) =>
      from(dice, it, 'rival', {
        method: 'POST',
        target: dice.pick([`/sms?${VERSION}`, `/chat/threads?${VERSION}`, `/identities?${VERSION}`]),
        body: JSON.stringify({ message: dice.text(10).repeat(600_000) }),
      }),
  },
];
