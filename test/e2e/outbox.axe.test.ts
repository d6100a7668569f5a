import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AcsEmulator, startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { NO_PROBLEMS, openOutbox, problemsIn, takeScreenshot, VIEWPORTS } from '../setup/outboxPage.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open the outbox.');

const ONCE = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const [SENDER, PHONE] = ['+18005550100', '+14255550123'];

interface View {
  readonly name: string;
  /** Of the address; or the newest item of a channel with a text or status. */
  readonly hash: string | { readonly channel: string; readonly text?: string; readonly status?: string };
  /** Opens something on it. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** What has appeared then. */
  readonly shown: string;
}

const press = (keys: string) => (page: Page) => page.keyboard.press(keys);

const choose = (item: string) => async (page: Page) => {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

const click = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

const VIEWS: readonly View[] = [
  { name: 'all', hash: '#/', shown: '.row.item' },
  { name: 'grouped', hash: '#/?group=recipient', shown: '.row.group' },
  { name: 'requests', hash: '#/request', shown: '.row.item' },
  { name: 'sms', hash: { channel: 'sms', text: 'code' }, shown: '.sms-detail' },
  { name: 'email', hash: { channel: 'email', text: 'Reset' }, shown: '.email-detail' },
  { name: 'chat', hash: { channel: 'chat', text: 'tomorrow' }, shown: '.chat-detail' },
  { name: 'identity', hash: { channel: 'identity', text: '' }, shown: '.identity-detail' },
  { name: 'request', hash: { channel: 'request', text: 'email' }, shown: 'article.request' },
  { name: 'refused', hash: { channel: 'request', status: '401' }, shown: '[aria-label=Signature]' },
  { name: 'gone', hash: '#/sms/unknown', shown: '.detail .empty-state' },
  { name: 'controls', hash: '#/controls', shown: '.gauges li' },
  { name: 'fault', hash: '#/controls', act: click('Add fault'), shown: 'dialog' },
  { name: 'limits', hash: '#/controls', act: click('Edit limits'), shown: 'dialog' },
  { name: 'api', hash: '#/api', act: (page) => page.locator('summary').first().click(), shown: 'details[open]' },
  { name: 'search', hash: '#/', act: press('/'), shown: '.suggestion' },
  { name: 'no-match', hash: '#/?q=unheard-of', shown: '.list .empty-state' },
  { name: 'menu', hash: '#/', act: click('More'), shown: '[role=menu]' },
  { name: 'palette', hash: '#/', act: press('Control+k'), shown: 'dialog' },
  { name: 'help', hash: '#/', act: press('?'), shown: 'dialog' },
  { name: 'reset', hash: '#/', act: choose('Reset…'), shown: 'dialog' },
  { name: 'import', hash: '#/', act: choose('Import a seed file…'), shown: 'dialog' },
  { name: 'compose', hash: '#/', act: click('Compose an inbound SMS message'), shown: 'dialog' },
  { name: 'empty', hash: '#/?mailbox=empty', shown: '.snippet' },
  { name: 'empty-chat', hash: '#/chat?mailbox=empty', shown: '.snippet' },
];

describe.skipIf(isSkipped)('every view of the outbox page', { timeout: 240_000 }, () => {
  let browser: Browser;
  let acs: AcsEmulator;

  beforeAll(async () => {
    if (browserFile === undefined) throw new Error('There is no Chromium or Chrome to open the outbox in.');
    const options = { emailSettleMilliseconds: 0, quotas: { sms: { tollFree: 20 } } };
    [browser, acs] = await Promise.all([startBrowser(browserFile), startAcsEmulator(options)]);
    await Promise.all([sendSms(), sendEmail(), chat(), call('POST', 'mailboxes', { name: 'empty' })]);
    await call('PUT', 'faults', [{ operation: 'sendEmail', status: 503, count: 1 }]);
  });
  afterAll(async () => {
    await browser?.close();
    await acs?.close();
  });

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${acs.url}/_emulator/${path}`, {
      method,
      ...(body !== undefined && { headers, body: JSON.stringify(body) }),
    });
    expect(answer.ok).toBe(true);
    return answer.status === 204 ? undefined : answer.json();
  }

  async function sendSms(): Promise<void> {
    const client = new SmsClient(acs.connectionString, ONCE);
    const send = (message: string, to = PHONE) =>
      client.send({ from: SENDER, to: [to], message }, { enableDeliveryReport: true });
    await send('Your Contoso code is 483920. It expires in 10 minutes.');
    await send('Your parcel is on its way: https://contoso.example/track/7781', '+14255550177');
    await call('POST', 'sms/incoming', { from: PHONE, to: SENDER, message: 'Thanks! Can you call me back?' });
    const stranger = acs.connectionString.replace(/accesskey=.*/, `accesskey=${btoa('another key')}`);
    const refused = new SmsClient(stranger, ONCE).send({ from: SENDER, to: [PHONE], message: 'Hello' });
    await expect(refused).rejects.toMatchObject({ statusCode: 401 });
  }

  async function sendEmail(): Promise<void> {
    const poller = await new EmailClient(acs.connectionString, ONCE).beginSend({
      senderAddress: 'DoNotReply@contoso.example',
      content: {
        subject: 'Reset your password',
        plainText: 'Reset it at https://contoso.example/reset?token=abc',
        html: '<h1>Reset your password</h1><p>It takes a minute: <a href="https://contoso.example/reset?token=abc">reset it</a>.',
      },
      recipients: {
        to: [{ address: 'zoe@example.com', displayName: 'Zoë' }],
        cc: [{ address: 'bounced@example.com' }],
      },
      attachments: [{ name: 'terms.txt', contentType: 'text/plain', contentInBase64: btoa('Be kind.') }],
    });
    await poller.pollUntilDone();
  }

  async function chat(): Promise<void> {
    const identities = new CommunicationIdentityClient(acs.connectionString, ONCE);
    const [ana, ben] = [
      await identities.createUserAndToken(['chat', 'voip']),
      await identities.createUserAndToken(['chat']),
    ];
    const clientOf = ({ token }: { readonly token: string }) =>
      new ChatClient(acs.tlsUrl, new AzureCommunicationTokenCredential(token), { tlsOptions: { ca: acs.ca } });
    const participants = [
      { id: ana.user, displayName: 'Ana Lopes' },
      { id: ben.user, displayName: 'Ben Okafor' },
    ];
    const { chatThread } = await clientOf(ana).createChatThread({ topic: 'Order 7781' }, { participants });
    const [byAna, byBen] = [ana, ben].map((it) => clientOf(it).getChatThreadClient(chatThread?.id ?? ''));
    await byAna?.sendMessage({ content: 'Hi, where is my order?' }, { senderDisplayName: 'Ana Lopes' });
    const answer = await byBen?.sendMessage({ content: 'It arrives tommorow.' }, { senderDisplayName: 'Ben Okafor' });
    await byBen?.updateMessage(answer?.id ?? '', { content: 'It arrives tomorrow.' });
    await byAna?.sendReadReceipt({ chatMessageId: answer?.id ?? '' });
  }

  async function hashOf(hash: View['hash']): Promise<string> {
    if (typeof hash === 'string') return hash;
    const found = await call('GET', `latest?${new URLSearchParams(hash)}`);
    return `#/${hash.channel}/${encodeURIComponent((found as { readonly id: string }).id)}`;
  }

  test.each(VIEWPORTS)('has nothing that axe objects to, $width pixels wide, $theme', async (viewport) => {
    const page = await openOutbox(browser, acs.url, '', viewport);
    const problems: Record<string, unknown> = {};
    for (const { name, hash, act, shown } of VIEWS) {
      await page.goto('about:blank');
      await page.goto(`${acs.url}/${await hashOf(hash)}`);
      await page.locator('.places').waitFor({ state: 'attached' });
      await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
      await act?.(page);
      await page.locator(shown).first().waitFor();
      await takeScreenshot(page, name, viewport);
      problems[name] = await problemsIn(page, 'html');
    }
    expect(problems).toEqual(Object.fromEntries(VIEWS.map(({ name }) => [name, NO_PROBLEMS])));
  });
});
