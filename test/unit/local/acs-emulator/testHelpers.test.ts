import { EmailClient } from '@azure/communication-email';
import { SmsClient } from '@azure/communication-sms';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectToAcsEmulator } from '../../../../infra/local/acs-emulator/library/connect.ts';
import { AcsEmulatorError } from '../../../../infra/local/acs-emulator/library/inspectionApi.ts';
import type { AcsMailbox } from '../../../../infra/local/acs-emulator/library/mailbox.ts';
import { NotReceivedError } from '../../../../infra/local/acs-emulator/library/waiting.ts';
import {
  type AcsEmulator,
  type AcsEmulatorOptions,
  startAcsEmulator,
} from '../../../../infra/local/acs-emulator/startAcsEmulator.ts';

// What the emulator's users call in their tests, against the real emulator and with the official clients.

const INSECURE = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const FROM = '+18005550100';
const [ANNA, BEN] = ['+14255550123', '+14255550124'];

async function start(options: AcsEmulatorOptions = {}): Promise<AcsEmulator> {
  const acs = await startAcsEmulator(options);
  onTestFinished(() => acs.close());
  return acs;
}

async function sendSms({ connectionString }: AcsMailbox, to: string, message: string): Promise<void> {
  await new SmsClient(connectionString, INSECURE).send({ from: FROM, to: [to], message });
}

async function sendEmail({ connectionString }: AcsMailbox, subject: string, html: string): Promise<void> {
  await new EmailClient(connectionString, INSECURE).beginSend({
    senderAddress: 'no-reply@contoso.com',
    recipients: { to: [{ address: 'anna@example.com' }] },
    content: { subject, html },
  });
}

/** @returns the error with which a promise rejects */
async function errorOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => Promise.reject(new Error('It did not reject.')),
    (error: Error) => error,
  );
}

describe('waitForSms', () => {
  test('returns a message that arrives later, with its code', async () => {
    const acs = await start();
    const waiting = acs.waitForSms({ to: ANNA, from: FROM, text: 'CODE' });
    await sendSms(acs, BEN, 'Your code is 111111');
    await sendSms(acs, ANNA, 'Your code is 482913');
    expect(await waiting).toMatchObject({ to: [ANNA], message: 'Your code is 482913', codes: ['482913'] });
  });

  test('returns the newest message that has arrived before', async () => {
    const acs = await start();
    await sendSms(acs, ANNA, 'Your code is 111111');
    await sendSms(acs, ANNA, 'Your code is 222222');
    expect((await acs.waitForSms({ to: ANNA })).codes).toEqual(['222222']);
  });

  test('returns only messages after a given one', async () => {
    const acs = await start();
    await sendSms(acs, ANNA, 'Your code is 111111');
    const first = await acs.waitForSms({ to: ANNA });
    const waiting = acs.waitForSms({ to: ANNA, after: first });
    await sendSms(acs, ANNA, 'Your code is 222222');
    expect((await waiting).codes).toEqual(['222222']);
    const none = acs.waitForSms({ to: ANNA, after: (await waiting).sequence, timeoutMilliseconds: 1 });
    await expect(none).rejects.toThrow(NotReceivedError);
  });

  test('finds what a regular expression describes behind newer messages, and among those that arrive', async () => {
    const acs = await start();
    await sendSms(acs, ANNA, 'Your code is 111111');
    await sendSms(acs, ANNA, 'Welcome');
    expect((await acs.waitForSms({ text: /code is \d{6}$/ })).codes).toEqual(['111111']);
    expect(await acs.sms({ text: /[YW]/g })).toHaveLength(2);
    const waiting = acs.waitForSms({ text: /^Bye/ });
    await Promise.all(['one', 'two', 'Bye', 'three'].map((message) => sendSms(acs, ANNA, message)));
    expect((await waiting).message).toBe('Bye');
  });

  test('says after the time what arrived instead, and what was refused, at the line of the caller', async () => {
    const acs = await start();
    await sendSms(acs, BEN, 'Your code is 482913');
    const { statusCode } = (await errorOf(
      sendSms({ ...acs, connectionString: `endpoint=${acs.url}/;accesskey=b3RoZXI=` }, ANNA, 'x'),
    )) as Error & { statusCode?: number };
    expect(statusCode).toBe(401);
    const error = await errorOf(acs.waitForSms({ to: ANNA, text: /\d{6}/, timeoutMilliseconds: 20 }));
    expect(error).toBeInstanceOf(NotReceivedError);
    expect(error.message.split('\n')).toEqual([
      `No SMS message with to "${ANNA}", text /\\d{6}/ arrived within 20 ms.`,
      'The newest ones are:',
      `  ${FROM} → ${BEN}: Your code is 482913`,
      'Requests without success, newest first:',
      expect.stringMatching(/^ {2}POST \/sms.* → 401$/),
    ]);
    expect((error as NotReceivedError).received).toMatchObject([{ to: [BEN] }]);
    expect(error.stack?.split('\n').find((line) => line.startsWith('    at '))).toContain('testHelpers.test.ts');
  });

  test('finds a message that is there even without time to wait', async () => {
    const acs = await start();
    await sendSms(acs, ANNA, 'Hello');
    expect((await acs.waitForSms({ timeoutMilliseconds: 0 })).message).toBe('Hello');
    const error = await errorOf(acs.waitForEmail({ timeoutMilliseconds: 0 }));
    expect(error.message).toBe("No email message arrived within 0 ms.\nThe mailbox 'default' has received none.");
  });

  test.each([-1, 300_001, Number.NaN])('refuses a time of %d ms', async (timeoutMilliseconds) => {
    const acs = await start();
    await expect(acs.waitForSms({ timeoutMilliseconds })).rejects.toThrow(TypeError);
  });

  test('ends with the reason of its signal', async () => {
    const acs = await start();
    const controller = new AbortController();
    const waiting = acs.waitForSms({ signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(acs.waitForSms({ signal: controller.signal })).rejects.toBe(reason);
  });

  test('ends when the emulator is closed, which does not wait for it', async () => {
    const acs = await startAcsEmulator();
    const waiting = errorOf(acs.waitForSms());
    await acs.close();
    expect((await waiting).message).toBe('The ACS emulator was closed.');
  });
});

test('waitForEmail finds by subject and content, and returns the links', async () => {
  const acs = await start({ emailSettleMilliseconds: 0 });
  await sendEmail(acs, 'Welcome', '<p>Hello</p>');
  await sendEmail(acs, 'Reset your password', '<a href="https://contoso.com/reset?t=1">Reset</a>');
  const found = await acs.waitForEmail({ to: 'anna@example.com', subject: /^reset/i, text: /reset\?t=\d/ });
  expect(found).toMatchObject({ subject: 'Reset your password', links: ['https://contoso.com/reset?t=1'] });
  expect((await acs.waitForEmail({ subject: 'welcome' })).subject).toBe('Welcome');
  expect((await acs.emails()).map(({ subject }) => subject)).toEqual(['Reset your password', 'Welcome']);
});

describe('with everything that tests replace', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test('the helpers still call the emulator, and their time passes', async () => {
    const acs = await start();
    vi.stubGlobal('fetch', () => Promise.reject(new Error('mocked')));
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'Date'] });
    await acs.receiveSms({ from: ANNA, to: FROM, message: 'Hello' });
    expect((await acs.waitForSms({ from: ANNA })).direction).toBe('received');
    await expect(acs.waitForSms({ from: BEN, timeoutMilliseconds: 20 })).rejects.toThrow(NotReceivedError);
  });
});

describe('controls', () => {
  test('receiveSms and setOptOut change the opt-out', async () => {
    const acs = await start();
    await acs.receiveSms({ from: ANNA, to: FROM, message: 'STOP' });
    expect(await acs.sms({ from: ANNA })).toMatchObject([{ direction: 'received', message: 'STOP' }]);
    await sendSms(acs, ANNA, 'Hello');
    expect(await acs.sms({ to: ANNA })).toMatchObject([{ status: 'Failed', isOptedOut: true }]);
    await acs.setOptOut({ from: FROM, to: ANNA, isOptedOut: false });
    expect(await acs.sms({ to: ANNA })).toMatchObject([{ status: 'Failed', isOptedOut: false }]);
  });

  test('setFaults and setQuotas replace what there was', async () => {
    const acs = await start();
    await acs.setFaults([{ operation: 'sendSms', status: 503, count: 1 }]);
    expect(await errorOf(sendSms(acs, ANNA, 'a'))).toMatchObject({ statusCode: 503 });
    await sendSms(acs, ANNA, 'b');
    await acs.setQuotas({ sms: { tollFree: 1 } });
    await sendSms(acs, ANNA, 'c');
    expect(await errorOf(sendSms(acs, ANNA, 'd'))).toMatchObject({ statusCode: 429 });
    await acs.setQuotas({});
    await sendSms(acs, ANNA, 'e');
    const error = await errorOf(acs.setFaults([{ operation: 'sendFax', status: 503 }]));
    expect(error).toBeInstanceOf(AcsEmulatorError);
    expect(error).toMatchObject({ status: 400, code: 'InvalidFault' });
  });

  test('the clock moves the window of a quota', async () => {
    const acs = await start({ quotas: { sms: { tollFree: 1 } } });
    await sendSms(acs, ANNA, 'a');
    expect(await errorOf(sendSms(acs, ANNA, 'b'))).toMatchObject({ statusCode: 429 });
    await acs.clock.advance(61);
    await sendSms(acs, ANNA, 'c');
    await acs.clock.set(new Date('2030-01-01T00:00:00Z'));
    expect((await acs.clock.now()).getUTCFullYear()).toBe(2030);
    await acs.clock.reset();
    expect(Math.abs((await acs.clock.now()).getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('reset deletes everything, resetRecipient what one of them sent and received', async () => {
    const acs = await start();
    await Promise.all([ANNA, BEN].map((to) => sendSms(acs, to, 'Hello')));
    await acs.resetRecipient(ANNA);
    expect((await acs.sms()).map(({ to }) => to)).toEqual([[BEN]]);
    await acs.reset();
    expect(await acs.sms()).toEqual([]);
  });

  test('setSmsDelivery and setEmailDelivery set the status', async () => {
    const acs = await start({ emailSettleMilliseconds: 0 });
    await sendSms(acs, ANNA, 'Hello');
    await acs.setSmsDelivery(await acs.waitForSms(), { status: 'Failed' });
    expect((await acs.waitForSms({ status: 'failed' })).delivery).toMatchObject({ isSetByHand: true });
    await sendEmail(acs, 'Hello', '<p>Hello</p>');
    await acs.setEmailDelivery(await acs.waitForEmail(), { recipient: 'anna@example.com', status: 'Bounced' });
    expect((await acs.waitForEmail()).recipients).toMatchObject([{ status: 'Bounced' }]);
  });

  test('seed adds what exportAll returns', async () => {
    const [one, two] = [await start(), await start()];
    await sendSms(one, ANNA, 'Your code is 482913');
    await two.seed(await one.exportAll());
    expect((await two.waitForSms({ to: ANNA })).codes).toEqual(['482913']);
    const wrong = errorOf(two.seed({ version: 1, sms: [{ from: FROM }] }));
    expect(await wrong).toMatchObject({ status: 400, target: expect.stringMatching(/^sms\[0\]/) });
  });

  test('maximumItems limits what is kept', async () => {
    const acs = await start({ maximumItems: 2 });
    for (const message of ['a', 'b', 'c']) await sendSms(acs, ANNA, message);
    expect((await acs.sms()).map(({ message }) => message)).toEqual(['c', 'b']);
    await expect(startAcsEmulator({ maximumItems: 0 })).rejects.toThrow(
      /^options.maximumItems: must be a whole number from 1 /,
    );
  });
});

describe('mailboxes', () => {
  test('have their own messages, key and reset', async () => {
    const acs = await start();
    const [one, two] = await Promise.all([acs.createMailbox(), acs.createMailbox('two')]);
    await Promise.all([sendSms(one, ANNA, 'one'), sendSms(two, ANNA, 'two'), sendSms(acs, ANNA, 'default')]);
    const messages = await Promise.all([one, two, acs].map(async (it) => (await it.waitForSms({ to: ANNA })).message));
    expect(messages).toEqual(['one', 'two', 'default']);
    await one.reset();
    expect(await one.sms()).toEqual([]);
    expect(await acs.sms()).toHaveLength(1);
    expect(two.tlsConnectionString).toBe(two.connectionString.replace(acs.url, acs.tlsUrl));
    await expect(acs.createMailbox('two')).rejects.toMatchObject({ status: 409, code: 'MailboxExists' });
  });

  test('are gone when they are closed, before or after the emulator', async () => {
    const acs = await startAcsEmulator();
    const [one, two] = await Promise.all([acs.createMailbox(), acs.createMailbox()]);
    await Promise.all([one.close(), one.close()]);
    await expect(one.sms()).rejects.toMatchObject({ status: 404 });
    await acs.close();
    await two.close();
  });
});

describe('connectToAcsEmulator', () => {
  test('has the same methods for an emulator elsewhere, and leaves it running', async () => {
    const acs = await start();
    const { name } = await acs.createMailbox('theirs');
    const remote = await connectToAcsEmulator({ url: `${acs.url}/`, mailbox: name });
    expect(remote.connectionString).not.toBe(acs.connectionString);
    const waiting = remote.waitForSms({ to: ANNA });
    await sendSms(remote, ANNA, 'Hello');
    expect((await waiting).message).toBe('Hello');
    const own = await remote.createMailbox();
    await sendSms(own, BEN, 'Hello');
    expect(await own.sms()).toHaveLength(1);
    await remote.close();
    await expect(remote.sms()).rejects.toThrow('The ACS emulator was closed.');
    expect(await acs.sms()).toEqual([]);
  });

  test.each(['127.0.0.1:8787', 'ftp://127.0.0.1', 'http://127.0.0.1:8787/_emulator'])('refuses %s', async (url) => {
    await expect(connectToAcsEmulator({ url })).rejects.toThrow(TypeError);
  });

  test.each(['waitForSms', 'waitForEmail', 'waitForChatMessage', 'sms', 'emails', 'chatMessages'] as const)(
    '%s refuses a misspelled filter, which would match every message',
    async (method) => {
      await using acs = await startAcsEmulator();
      const misspelled = { too: '+14255550123' } as object;
      await expect(acs[method](misspelled)).rejects.toThrow(
        new TypeError('too: unknown; use to, from, text, subject, status'),
      );
    },
  );

  test('says which emulator does not answer, and which mailbox it does not have', async () => {
    const { url, close } = await startAcsEmulator();
    await expect(connectToAcsEmulator({ url, mailbox: 'none' })).rejects.toMatchObject({
      status: 404,
      target: 'mailbox',
    });
    await close();
    await expect(connectToAcsEmulator({ url })).rejects.toThrow(
      `The ACS emulator at ${url} does not answer: connect ECONNREFUSED`,
    );
  });
});
