import { beforeAll, describe, expect, test } from 'vitest';
import { emailsTo, smsTo } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueQueue } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';

// A stack of its own: what names no `replyTo` goes to a queue that all share.
let stack: OwnStack;
let queues: TestQueues;
beforeAll(async () => {
  stack = await startOwnStack();
  queues = openQueues(stack.storage);
  return stack.stop;
});

const smsBody = (to: string) => ({ from: SENDER, smsRecipients: [{ to }], message: 'Hello' });

const base64 = (content: string | Uint8Array) => Buffer.from(content as Uint8Array).toString('base64');

describe('a message is done, however its sender has encoded it', () => {
  test.each([
    ['plain JSON, as the SDKs of Python and .NET send it', (json: string) => json],
    ['plain JSON with a byte order mark', (json: string) => `\uFEFF${json}`],
    ['base64 of JSON with a byte order mark', (json: string) => base64(`\uFEFF${json}`)],
  ])('%s', async (_what, encoded) => {
    const [to, replyTo] = [uniquePhone(), uniqueQueue()];
    await queues.putText('send-sms', encoded(JSON.stringify({ replyTo, body: smsBody(to) })));
    expect(await queues.takeOutcome(replyTo)).toMatchObject({ type: 'switchboard.sendSms.succeeded' });
    expect(await smsTo(stack.acs, to)).toHaveLength(1);
  });
});

describe('a text that is no message', () => {
  test.each([
    ['a number that JSON has and JavaScript has not', '89e7073266'],
    ['the same in base64', base64('89e7073266')],
    ['a sentence', `Hello & goodbye <${crypto.randomUUID()}>`],
    ['base64 of what is not UTF-8', base64(Uint8Array.of(0xc3, 0x28, ...Buffer.from(crypto.randomUUID())))],
    ['JSON with white space and with a number that JavaScript rounds', '{ "id": 12345678901234567890 }'],
  ])('%s has its outcome, and is kept as it was', async (_what, text) => {
    const subject = await queues.putText('send-email', text);
    const outcome = await queues.takeOutcome('outcomes', 'switchboard.sendEmail.failed');
    expect(outcome).toMatchObject({ subject, httpstatus: 400 });
    const kept = async () => (await queues.peekTexts('send-email-poison')).includes(text) || undefined;
    await eventually('it is on the poison queue', kept);
  });
});

test('a body in a blob that begins with a byte order mark is read, as over HTTP', async () => {
  const [to, name] = [uniqueAddress(), `${crypto.randomUUID()}.json`];
  const mail = {
    senderAddress: 'news@contoso.com',
    recipients: { to: [{ address: to }] },
    content: { subject: 'Subject', plainText: 'Text' },
  };
  await queues.putBody(name, `\uFEFF${JSON.stringify(mail)}`);
  expect(await queues.ask('send-email', { bodyBlob: name })).toMatchObject({ httpstatus: 202 });
  expect(await emailsTo(stack.acs, to)).toHaveLength(1);
});
