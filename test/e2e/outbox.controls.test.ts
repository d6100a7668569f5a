import { randomUUID } from 'node:crypto';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { type AcsEmulator, startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { importKey, sign } from '../../shared/signing/sign.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { openOutbox } from '../setup/outboxPage.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped)
  console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open the outbox page.');

const FROM = '+18005550100';
const TO = '+14255550123';
const ONCE = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };

const MAILBOXES = z.object({ value: z.array(z.object({ name: z.string(), connectionString: z.string() })) });

interface Opened {
  readonly acs: AcsEmulator;
  readonly page: Page;
  readonly sms: SmsClient;
}

describe.skipIf(isSkipped)('the controls of the outbox page', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    if (browserFile === undefined) throw new Error('There is no Chromium or Chrome to open the page in.');
    browser = await startBrowser(browserFile);
  });
  afterAll(() => browser.close());

  /** An emulator of its own, with the page at a hash route. */
  async function open(route: string): Promise<Opened> {
    const acs = await startAcsEmulator({ onEvent: () => {} });
    onTestFinished(() => acs.close());
    const page = await openOutbox(browser, acs.url, `#/${route}`, { width: 1400, height: 1600 });
    return { acs, page, sms: new SmsClient(acs.connectionString, ONCE) };
  }

  const send = (sms: SmsClient, message = 'Hello') => sms.send({ from: FROM, to: [TO], message });
  const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const statusOf = (sending: Promise<unknown>) =>
    sending.then(
      () => 202,
      (error: { statusCode: number }) => error.statusCode,
    );

  test('a fault of a preset strikes the official client once, and shows that it has', async () => {
    const { page, sms } = await open('controls');
    await page.getByRole('button', { name: 'Next SMS: 503' }).click();
    const faults = section(page, 'Faults');
    await faults.getByText('The next sendSms request gets 503').waitFor();
    expect(await statusOf(send(sms))).toBe(503);
    await faults.getByText('struck 1 of 1 request, used up').waitFor();
    expect(await statusOf(send(sms))).toBe(202);
  });

  test('a fault is written in the form, complained about at its field, and edited', async () => {
    const { page, sms } = await open('controls');
    await page.getByRole('button', { name: 'Add fault' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add fault' });
    await dialog.getByLabel('Operation').selectOption('sendSms');
    await dialog.getByRole('textbox', { name: /^Status/ }).fill('700');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('label', { hasText: 'Status' }).getByRole('alert').waitFor();
    await dialog.getByRole('textbox', { name: /^Status/ }).fill('429');
    await dialog.getByLabel('Retry-After in seconds').fill('7');
    await dialog.getByLabel('How many times').fill('');
    await dialog.getByLabel('Only every n-th request').fill('2');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const sentence = page.getByText('Every 2nd sendSms request gets 429 with Retry-After: 7');
    await sentence.waitFor();
    const statuses = [await statusOf(send(sms)), await statusOf(send(sms)), await statusOf(send(sms))];
    expect(statuses).toEqual([202, 429, 202]);
    await page.getByRole('button', { name: /^Remove: Every 2nd/ }).click();
    await sentence.waitFor({ state: 'detached' });
    expect(await statusOf(send(sms))).toBe(202);
    expect(await statusOf(send(sms))).toBe(202);
  });

  test('a new fault does not arm one again that has struck', async () => {
    const { page, sms } = await open('controls');
    await page.getByRole('button', { name: 'Next SMS: 503' }).click();
    await page.getByText('struck 0 of 0 requests').waitFor();
    expect(await statusOf(send(sms))).toBe(503);
    await page.getByText('used up').waitFor();
    await page.getByRole('button', { name: 'Every 3rd email: 429' }).click();
    await page.getByText('Every 3rd sendEmail request gets 429').waitFor();
    expect(await statusOf(send(sms))).toBe(202);
  });

  test('limits are set in the editor, and their gauges move', async () => {
    const { page, sms } = await open('controls');
    const quotas = section(page, 'Quotas');
    await quotas.getByText('No limits are set').waitFor();
    await page.getByRole('button', { name: 'Edit limits' }).click();
    const dialog = page.getByRole('dialog', { name: 'Limits' });
    await dialog.getByLabel('Toll-free number').fill('-1');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('label', { hasText: 'Toll-free number' }).getByRole('alert').waitFor();
    await dialog.getByLabel('Toll-free number').fill('2');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await quotas.getByText('0 of 2 in 1 minute').waitFor();
    await send(sms);
    await quotas.getByText('1 of 2 in 1 minute').waitFor();
    await send(sms);
    await quotas.getByText('2 of 2 in 1 minute').waitFor();
    expect(await statusOf(send(sms))).toBe(429);
    await section(page, 'Clock').getByRole('button', { name: '+1 minute' }).click();
    await quotas.getByText('0 of 2 in 1 minute').waitFor();
  });

  test("the service's own limits fill the editor", async () => {
    const { acs, page } = await open('controls');
    await page.getByRole('button', { name: 'Edit limits' }).click();
    const dialog = page.getByRole('dialog', { name: 'Limits' });
    await dialog.getByRole('button', { name: "Azure's defaults" }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await section(page, 'Quotas').getByText('of 6000 in 1 minute').waitFor();
    const quotas = await (await fetch(`${acs.url}/_emulator/quotas`)).json();
    // https://learn.microsoft.com/azure/communication-services/concepts/service-limits
    expect(quotas).toMatchObject({
      sms: { tollFree: 200, shortCode: 6000, alphanumeric: 600 },
      email: { custom: { sendsPerMinute: 30, sendsPerHour: 100 }, managed: { sendsPerMinute: 5, sendsPerHour: 10 } },
      identity: { createIdentity: 1000, deleteIdentity: 500 },
    });
  });

  test('events are delayed, and delivered when the clock is moved', async () => {
    const { page, sms } = await open('controls');
    const events = section(page, 'Events');
    await events.getByLabel('Delay in seconds').fill('600');
    await events.getByLabel('Delay in seconds').press('Enter');
    await events.getByRole('radio', { name: 'Newest first' }).click();
    await events.getByLabel('Duplicates of each').fill('99');
    await events.getByLabel('Duplicates of each').press('Enter');
    await events.getByRole('alert').waitFor();
    await sms.send({ from: FROM, to: [TO], message: 'Hello' }, { enableDeliveryReport: true });
    await events.getByText('1 pending, 0 sent').waitFor();
    await events.getByRole('button', { name: 'Deliver now' }).click();
    await events.getByText('0 pending, 1 sent').waitFor();
    await section(page, 'Clock').getByText('10 minutes 1 second ahead').waitFor();
  });

  test('the clock moves what expires, and is reset', async () => {
    const { acs, page } = await open('controls');
    const clock = section(page, 'Clock');
    await clock.getByText('as the machine').waitFor();
    await clock.getByRole('button', { name: '+1 day' }).click();
    await clock.getByText('1 day ahead').waitFor();
    await clock.getByLabel('Time to set, UTC').fill('2031-05-06T07:08:09');
    await clock.getByRole('button', { name: 'Set UTC time' }).click();
    await clock.getByText('2031-05-06 07:08').waitFor();
    const identities = new CommunicationIdentityClient(acs.connectionString, ONCE);
    const { expiresOn } = await identities.createUserAndToken(['chat']);
    expect(expiresOn.getUTCFullYear()).toBe(2031);
    await clock.getByRole('button', { name: 'Reset' }).click();
    await clock.getByText('as the machine').waitFor();
  });

  test('a key is revealed, and regenerated after a confirmation', async () => {
    const { acs, page, sms } = await open('controls');
    const keys = section(page, 'Access keys');
    await keys.getByText('accesskey=••••••••').waitFor();
    expect(await keys.textContent()).not.toContain(acs.connectionString);
    await keys.getByRole('button', { name: 'Reveal' }).click();
    await keys.getByText(acs.connectionString).waitFor();
    await keys.getByRole('button', { name: 'Regenerate…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Regenerate the primary key?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await statusOf(send(sms))).toBe(202);
    await keys.getByRole('button', { name: 'Regenerate…' }).click();
    await dialog.getByRole('button', { name: 'Regenerate' }).click();
    await keys.getByText(acs.connectionString).waitFor({ state: 'detached' });
    expect(await statusOf(send(sms))).toBe(401);
    const connectionString = await keys.locator('.key-text').textContent();
    expect(await statusOf(send(new SmsClient(connectionString ?? '', ONCE)))).toBe(202);
  });

  test('a mailbox is created, used, opened and deleted', async () => {
    const { acs, page, sms } = await open('controls');
    const mailboxes = section(page, 'Mailboxes');
    await mailboxes.getByLabel('New mailbox').fill('no spaces');
    await mailboxes.getByRole('button', { name: 'Create' }).click();
    await mailboxes.getByRole('alert').waitFor();
    await mailboxes.getByLabel('New mailbox').fill('checkout');
    await mailboxes.getByRole('button', { name: 'Create' }).click();
    await mailboxes.getByRole('link', { name: 'checkout' }).waitFor();
    const listed = await fetch(`${acs.url}/_emulator/mailboxes`).then((response) => response.text());
    const { connectionString } = MAILBOXES.parse(JSON.parse(listed)).value.find(({ name }) => name === 'checkout') ?? {
      connectionString: '',
    };
    await send(new SmsClient(connectionString, ONCE), 'For checkout');
    await send(sms, 'For default');
    await mailboxes.getByRole('link', { name: 'checkout' }).click();
    await page.getByText('For checkout').first().waitFor();
    expect(await page.getByText('For default').count()).toBe(0);
    await page.goto(`${acs.url}/#/controls?mailbox=checkout`);
    await mailboxes.getByRole('button', { name: 'Delete checkout' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await mailboxes.getByRole('link', { name: 'checkout' }).waitFor({ state: 'detached' });
    expect(await statusOf(send(new SmsClient(connectionString, ONCE)))).toBe(401);
  });

  describe('a refused request', () => {
    const key = (acs: AcsEmulator) => /accesskey=(.*)$/.exec(acs.connectionString)?.[1] ?? '';

    /** Sends an SMS message as a client that signs by itself, and something else than it sends. */
    async function refused(acs: AcsEmulator, signed: { target?: string; key?: string; body?: string }): Promise<void> {
      const url = `${acs.url}/sms?api-version=2021-03-07`;
      const body = JSON.stringify({ from: FROM, smsRecipients: [{ to: TO }], message: 'Hello' });
      const wanted = {
        method: 'POST',
        url: acs.url + (signed.target ?? '/sms?api-version=2021-03-07'),
        date: new Date(),
      };
      const { host: _, ...headers } = sign({ ...wanted, body: signed.body ?? body }, importKey(signed.key ?? key(acs)));
      const id = randomUUID();
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'x-ms-client-request-id': id },
        body,
      });
      expect(response.status).toBe(401);
    }

    async function openRefused(signed: Parameters<typeof refused>[1]) {
      const opened = await open('request');
      await refused(opened.acs, signed);
      await opened.page.getByText('sendSms').first().click();
      const signature = section(opened.page, 'Signature');
      await signature.waitFor();
      const row = (part: string) =>
        signature.getByRole('row').filter({ has: opened.page.getByRole('rowheader', { name: part }) });
      return { ...opened, signature, row, marked: (part: string) => row(part).locator('mark').allInnerTexts() };
    }

    test('shows the query that was not signed', async () => {
      const { signature, marked } = await openRefused({ target: '/sms' });
      await signature.getByText('The client signed the path without its query.').waitFor();
      expect(await marked('Path and query')).toEqual(['?api-version=2021-03-07']);
      expect(await marked('Host')).toEqual([]);
    });

    test('shows the hash of a body that was changed after signing', async () => {
      const { signature, marked } = await openRefused({ body: 'before' });
      await signature.getByText('the body was changed after signing').waitFor();
      // echo -n before | openssl dgst -sha256 -binary | base64
      expect((await marked('Body hash'))[0]).toBe('bbfYA+dPH/p9j1rcC/lbPhW/TINz//rfVGInzGxnQss=');
    });

    test('names a key that was regenerated, without showing it', async () => {
      const { acs, page } = await open('request');
      const before = key(acs);
      await fetch(`${acs.url}/_emulator/keys/primary:regenerate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      await refused(acs, { key: before });
      await page.getByText('sendSms').first().click();
      await section(page, 'Signature').getByText('that was regenerated since').waitFor();
      expect(await page.content()).not.toContain(before);
    });

    test('says that the key differs if nothing else does', async () => {
      const { signature } = await openRefused({ key: Buffer.from('another').toString('base64') });
      await signature.getByText('the key must differ').waitFor();
    });
  });

  test('a request shows its bodies, and what it created', async () => {
    const { acs, page } = await open('request');
    const email = new EmailClient(acs.connectionString, ONCE);
    await email.beginSend({
      senderAddress: 'no-reply@contoso.com',
      content: { subject: 'Hello', plainText: 'World' },
      recipients: { to: [{ address: 'ada@example.com' }] },
    });
    await page.getByText('sendEmail').first().click();
    await section(page, 'Request').getByText('"subject"').waitFor();
    await section(page, 'Answer').getByText('"status"').waitFor();
    await page.getByRole('navigation', { name: 'What this request created' }).getByRole('link').click();
    await page.waitForURL(/#\/email\//);
  });

  test('the reference lists the calls, and tries one', async () => {
    const { page, sms } = await open('api');
    await send(sms, 'Find me');
    await page.getByLabel('Filter the calls').fill('latest');
    const operation = page.locator('details', { hasText: '/_emulator/latest' });
    await operation.locator('summary').click();
    await operation.getByLabel('to', { exact: true }).fill(TO);
    await operation.getByText(`to=${encodeURIComponent(TO)}`).waitFor();
    await operation.getByRole('button', { name: 'Send' }).click();
    await operation.locator('.try-answer').getByText('"Find me"').first().waitFor();
    await operation.getByLabel('to', { exact: true }).fill('+10000000000');
    await operation.getByRole('button', { name: 'Send' }).click();
    await operation.locator('.try-answer.is-error').waitFor();
  });
});
