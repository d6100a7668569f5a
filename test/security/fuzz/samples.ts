import type { DescribedOperation } from '../../setup/describedOperations.ts';
import { SENDER } from '../../setup/names.ts';
import type { Dice } from '../../setup/random.ts';
import type { Victim } from './victim.ts';

/** A request that an operation would take from the victim itself: its path with the victim's ids, and a body, by default that of the documentation. */
export function validFor(
  { id, method, path, example }: DescribedOperation,
  { ids, recipient }: Victim,
): { target: string; body?: string } {
  const idOf = path.includes('batches') ? ids.batch : path.includes('identities') ? ids.identity : ids.email;
  const values: Readonly<Record<string, string>> = {
    chatThreadId: ids.thread,
    chatMessageId: ids.chatMessage,
    messageId: ids.message,
    operationId: ids.email,
  };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? idOf));
  const bodies: Readonly<Record<string, object>> = {
    sendSms: { from: SENDER, smsRecipients: [{ to: recipient }], message: 'hostile' },
    sendEmail: {
      senderAddress: 'news@contoso.com',
      recipients: { to: [{ address: 'anna@example.com' }] },
      content: { subject: 'hostile', plainText: 'hostile' },
    },
    ...Object.fromEntries(['add', 'check', 'remove'].map((it) => [`${it}SmsOptOuts`, optOutOf(recipient)])),
    submitSmsBatch: { from: SENDER, message: 'hostile', recipients: [recipient] },
  };
  const target = `${filled}?api-version=2024-03-15`;
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return hasBody ? { target, body: JSON.stringify(bodies[id] ?? example ?? {}) } : { target };
}

function optOutOf(recipient: string): object {
  return { from: SENDER, recipients: [{ to: recipient }] };
}

/** Of any operation. */
export function anyRequest(dice: Dice, victim: Victim) {
  const operation = dice.pick(victim.operations);
  return { operation, method: operation.method, ...validFor(operation, victim) };
}

/** JSON that no operation may take, stop at or store. */
export function hostileJson(dice: Dice): string {
  const depth = 50 + dice.below(5000);
  return dice.pick([
    '['.repeat(depth) + ']'.repeat(depth),
    '{"from":'.repeat(depth),
    '{"__proto__":{"from":"+18005550100"},"constructor":{"prototype":{"message":"x"}}}',
    `{"from":"${'9'.repeat(dice.below(3000))}","message":null,"smsRecipients":[]}`,
    `{"message":"{{x}}{{${' '.repeat(dice.below(5000))}","from":1e999,"recipients":[]}`,
    `{"content":${'9'.repeat(400)},"recipients":{"to":[]},"senderAddress":"a@b\\r\\nBcc: c@d"}`,
    `{"smsRecipients":[{"to":"\\ud800"}],"from":"\\u0000","message":"\\u2028"}`,
    `{"recipients":[${'"+1",'.repeat(dice.below(2000))}"+1"],"from":"x","message":""}`,
    dice.text(dice.below(2000)),
    '\u0000\u0001',
    'null',
    '"text"',
  ]);
}

/** CSV without one usable number. */
export function hostileCsv(dice: Dice): string {
  return dice.pick([
    `to,${Array.from({ length: dice.below(5000) }, (_, at) => `c${at}`).join(',')}\nnobody`,
    `"${dice.text(dice.below(5000))}`,
    `to\n=cmd|' /C calc'!A0\n@SUM(1)`,
    `to,name\n${'"'.repeat(dice.below(3000))}`,
    '\ufeff\u0000to\n\u0000',
    `to\n${'\n,'.repeat(dice.below(3000))}`,
    `${'{{x}}'.repeat(dice.below(500))}\n1`,
  ]);
}
