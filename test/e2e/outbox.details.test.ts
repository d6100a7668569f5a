import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AcsEmulator,
  type EventGridEvent,
  startAcsEmulator,
} from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { openOutbox } from '../setup/outboxPage.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open the outbox.');

/** The address is http on this machine. */
const INSECURE = { allowInsecureConnection: true };

const NUMBER = '+18005550100';
const PHONE = '+14255550123';
const SENDER = 'DoNotReply@contoso.com';

/** 1 × 1, transparent. */
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

describe.skipIf(isSkipped)('details on the outbox page', { timeout: 120_000 }, () => {
  let browser: Browser;
  let emulator: AcsEmulator;
  const events: EventGridEvent[] = [];

  beforeAll(async () => {
    if (browserFile === undefined) throw new Error('There is no Chromium or Chrome to open the outbox in.');
    const options = { emailSettleMilliseconds: 0, eventDelayMilliseconds: 0 };
    [browser, emulator] = await Promise.all([
      startBrowser(browserFile),
      startAcsEmulator({ ...options, onEvent: (event) => events.push(event) }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
  });
  beforeEach(async () => {
    await call('DELETE', '');
    await call('PUT', '/faults', []);
    events.length = 0;
  });

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${emulator.url}/_emulator${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  const open = (hash: string, options = {}) => openOutbox(browser, emulator.url, hash, options);

  const eventOf = (type: string, part: Record<string, unknown>) =>
    eventually(`${type} ${JSON.stringify(part)}`, () =>
      events.find(({ eventType, data }) => {
        const matches = Object.entries(part).every(([name, value]) => data[name] === value);
        return eventType === `Microsoft.Communication.${type}` && matches;
      }),
    );

  const recipient = (page: Page, address: string) => page.getByRole('listitem').filter({ hasText: address });

  const copied = (page: Page) => page.evaluate('navigator.clipboard.readText()');

  describe('an SMS message', () => {
    const sms = () => new SmsClient(emulator.connectionString, { ...INSECURE, retryOptions: { retryDelayInMs: 1 } });

    async function sendSms(message: string, options = {}): Promise<string> {
      const [result] = await sms().send({ from: NUMBER, to: [PHONE], message }, options);
      return encodeURIComponent(result?.messageId ?? '');
    }

    const bubbles = (page: Page) => page.getByRole('list', { name: 'Conversation' }).locator('.sms-bubble');
    const facts = (page: Page) => page.getByRole('region', { name: 'About this message' });

    test('is shown in its conversation, with its size, repeats, options, code and link', async () => {
      // Accepted, but the client does not learn it: it sends twice again under the same id.
      await call('PUT', '/faults', [{ operation: 'sendSms', status: 500, afterEffect: true, count: 2 }]);
      const text = 'Your code is 481516 – https://contoso.com/v?c=481516';
      const id = await sendSms(text, { enableDeliveryReport: true, tag: 'login' });
      await sendSms('Thank you');
      const page = await open(`#/sms/${id}`);
      await expect
        .poll(() => bubbles(page).allTextContents())
        .toEqual([expect.stringContaining(text), expect.stringContaining('Thank you')]);
      expect(await bubbles(page).first().getAttribute('aria-current')).toBe('true');
      expect(await page.getByText('Today').count()).toBe(1);
      // 3GPP TS 23.038: up to 70 UCS-2 characters are one segment.
      for (const shown of [
        `1 segment · UCS-2 · ${text.length} characters`,
        'Sent 3 times under one id; delivered once',
        'The request asked for a delivery report.',
        'tag login',
      ]) {
        await facts(page).getByText(shown, { exact: true }).waitFor();
      }
      expect(await facts(page).locator('.sms-character').allTextContents()).toEqual(['–']);
      await facts(page).getByTitle('Copy the code 481516').click();
      await expect.poll(() => copied(page)).toBe('481516');
      await facts(page).getByRole('button', { name: 'Copy the link https://contoso.com/v?c=481516' }).click();
      await expect.poll(() => copied(page)).toBe('https://contoso.com/v?c=481516');
    });

    test('can be given another delivery state, of which an event is sent', async () => {
      const id = await sendSms('Hello', { enableDeliveryReport: true });
      await eventOf('SMSDeliveryReportReceived', { deliveryStatus: 'Delivered' });
      const page = await open(`#/sms/${id}`);
      await facts(page).getByRole('button', { name: 'Change' }).click();
      await facts(page).getByLabel('Status').selectOption('Failed');
      await facts(page).getByLabel('Details').fill('4006: The destination number is unreachable.');
      await facts(page).getByRole('button', { name: 'Set' }).click();
      await facts(page).locator('.badge', { hasText: 'Failed' }).waitFor();
      await facts(page).getByText('This state was set by hand.').waitFor();
      await facts(page).getByText('4006: The destination number is unreachable.').waitFor();
      expect(await bubbles(page).textContent()).toContain('Failed');
      await eventOf('SMSDeliveryReportReceived', {
        messageId: decodeURIComponent(id),
        deliveryStatus: 'Failed',
        deliveryStatusDetails: '4006: The destination number is unreachable.',
      });
    });

    test('shows and changes whether the phone has opted out', async () => {
      const page = await open(`#/sms/${await sendSms('Hello')}`);
      // The emulator says whether it has changed, so the checkbox follows later.
      await facts(page)
        .getByRole('checkbox', { name: `${PHONE} accepts messages from ${NUMBER}` })
        .click();
      await facts(page).getByText(`${PHONE} has opted out of ${NUMBER}`).waitFor();
      await sendSms('Not delivered');
      await expect.poll(() => bubbles(page).last().textContent()).toContain('Failed');
      await facts(page)
        .getByRole('checkbox', { name: /has opted out/ })
        .click();
      await facts(page).getByText(`${PHONE} accepts messages from ${NUMBER}`).waitFor();
      await sendSms('Delivered');
      await expect.poll(() => bubbles(page).last().textContent()).toContain('Delivered');
    });

    test('is answered as the phone, with text and with STOP', async () => {
      const page = await open(`#/sms/${await sendSms('Hello')}`);
      await page.getByPlaceholder('Message').fill('Hi there');
      await page.keyboard.press('Enter');
      await expect.poll(() => bubbles(page).last().textContent()).toContain('Hi there');
      await eventOf('SMSReceived', { from: PHONE, to: NUMBER, message: 'Hi there' });
      await page.getByRole('button', { name: 'STOP' }).click();
      await facts(page).getByText(`${PHONE} has opted out of ${NUMBER}`).waitFor();
      expect(await bubbles(page).count()).toBe(3);
      // The newest one is selected by its bubble.
      await bubbles(page).last().click();
      await expect.poll(() => bubbles(page).last().getAttribute('aria-current')).toBe('true');
    });

    test('from a phone is composed, after what is wrong is said at its field', async () => {
      const page = await open('#/sms');
      await page.getByRole('button', { name: 'Compose an inbound SMS message' }).click();
      const dialog = page.getByRole('dialog', { name: 'Inbound SMS message' });
      await dialog.getByLabel('From').fill('123');
      await dialog.getByLabel('To').fill(NUMBER);
      await dialog.getByLabel('Message').fill('Is anyone there?');
      await dialog.getByRole('button', { name: 'Send' }).click();
      await dialog.getByRole('alert').waitFor();
      expect(await dialog.getByLabel('From').getAttribute('aria-invalid')).toBe('true');
      expect(await dialog.locator(':focus').getAttribute('name')).toBe('from');
      await dialog.getByLabel('From').fill(PHONE);
      await dialog.getByRole('button', { name: 'Send' }).click();
      await expect.poll(() => bubbles(page).allTextContents()).toEqual([expect.stringContaining('Is anyone there?')]);
      expect(await dialog.count()).toBe(0);
      await eventOf('SMSReceived', { from: PHONE, to: NUMBER, message: 'Is anyone there?' });
    });

    test('says that it is gone after a reset', async () => {
      const page = await open(`#/sms/${await sendSms('Hello')}`);
      await facts(page).waitFor();
      await call('DELETE', '');
      await page.getByText('This item does not exist any more').waitFor();
    });
  });

  describe('an email message', () => {
    async function sendEmail(parts = {}): Promise<string> {
      const poller = await new EmailClient(emulator.connectionString, INSECURE).beginSend({
        senderAddress: SENDER,
        content: {
          subject: 'Confirm your address',
          plainText: 'Your code is 204816.',
          html: '<p>Your code is 204816.</p>',
        },
        recipients: { to: [{ address: 'ada@example.com', displayName: 'Ada' }] },
        ...parts,
      });
      return (await poller.pollUntilDone()).id;
    }

    test('is shown with its recipients and all its parts', async () => {
      const id = await sendEmail({
        content: {
          subject: 'Confirm your address',
          plainText: 'Your code is 204816.',
          html: '<h1>Welcome</h1><img src="cid:logo" alt="Logo">',
        },
        recipients: {
          to: [{ address: 'ada@example.com', displayName: 'Ada Lovelace' }],
          cc: [{ address: 'bounced@example.com' }],
          bcc: [{ address: 'audit@example.com' }],
        },
        headers: { 'X-Campaign': 'spring' },
        replyTo: [{ address: 'help@contoso.com' }],
        attachments: [
          { name: 'logo.gif', contentType: 'image/gif', contentInBase64: GIF, contentId: 'logo' },
          { name: 'terms.txt', contentType: 'text/plain', contentInBase64: Buffer.from('Be kind.').toString('base64') },
        ],
      });
      const page = await open(`#/email/${id}`);
      await page.getByRole('heading', { name: 'Confirm your address' }).waitFor();
      await recipient(page, 'bounced@example.com').getByText('Bounced', { exact: true }).waitFor();
      await recipient(page, 'ada@example.com').getByText('Delivered', { exact: true }).waitFor();
      await recipient(page, 'audit@example.com').getByText('Delivered', { exact: true }).waitFor();

      const frame = page.frameLocator('iframe[title="HTML of the message"]');
      await frame.getByRole('heading', { name: 'Welcome' }).waitFor();
      await expect.poll(() => frame.getByAltText('Logo').boundingBox()).toMatchObject({ width: 1, height: 1 });
      await page.getByRole('button', { name: '375 pixels' }).click();
      await expect.poll(() => page.locator('iframe').boundingBox()).toMatchObject({ width: 375 });

      const panel = page.getByRole('tabpanel');
      await page.getByRole('tab', { name: 'HTML' }).focus();
      await page.keyboard.press('ArrowRight');
      await panel.getByText('Your code is 204816.').waitFor();
      await page.getByRole('tab', { name: 'Headers' }).click();
      await panel.getByRole('row', { name: 'X-Campaign spring' }).waitFor();
      await page.getByRole('tab', { name: 'Source' }).click();
      await panel.getByText(/^Subject: Confirm your address/m).waitFor();
      await page.getByRole('tab', { name: 'Attachments (2)' }).click();
      await panel.getByText('8 bytes · text/plain').waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        panel.getByRole('link', { name: 'Download terms.txt' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('terms.txt');
      await page.getByRole('tab', { name: 'JSON' }).click();
      await panel.getByText('"X-Campaign": "spring"').waitFor();
    });

    test('can be given another delivery state for a recipient, of which an event is sent', async () => {
      const id = await sendEmail();
      const page = await open(`#/email/${id}`);
      await recipient(page, 'ada@example.com').getByText('Delivered', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Set the delivery state of ada@example.com' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Delivered' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await recipient(page, 'ada@example.com').getByText('Bounced', { exact: true }).waitFor();
      await eventOf('EmailDeliveryReportReceived', { messageId: id, recipient: 'ada@example.com', status: 'Bounced' });
    });

    test('that failed says why', async () => {
      const id = await sendEmail({ recipients: { to: [{ address: 'suppressed@example.com' }] } }).catch(
        () => undefined,
      );
      expect(id).toBeUndefined();
      const { value } = (await call('GET', '/items?channel=email')) as { value: { id: string }[] };
      const page = await open(`#/email/${value[0]?.id}`);
      await page.getByText('Message dropped because all recipients were suppressed.').waitFor();
    });
  });

  describe('a chat message', () => {
    async function chatUser(displayName: string) {
      const identities = new CommunicationIdentityClient(emulator.connectionString, INSECURE);
      const { user, token } = await identities.createUserAndToken(['chat']);
      const options = { tlsOptions: { ca: emulator.ca } };
      const client = new ChatClient(emulator.tlsUrl, new AzureCommunicationTokenCredential(token), options);
      return { id: user, displayName, client };
    }

    test('is shown in its thread, which changes live', async () => {
      const [ada, grace] = [await chatUser('Ada Lovelace'), await chatUser('Grace Hopper')];
      const participants = [ada, grace].map(({ id, displayName }) => ({ id, displayName }));
      const { chatThread } = await ada.client.createChatThread({ topic: 'Order 4711' }, { participants });
      const [byAda, byGrace] = [ada, grace].map(({ client }) => client.getChatThreadClient(chatThread?.id ?? ''));
      const first = await byAda?.sendMessage({ content: 'Where is it?' }, { senderDisplayName: 'Ada Lovelace' });
      const html = '<b onclick="document.title=1">Here</b><img src="x">';
      await byGrace?.sendMessage({ content: html }, { senderDisplayName: 'Grace Hopper', type: 'html' });

      const { value } = (await call('GET', '/items?channel=chat&text=Where')) as { value: { id: string }[] };
      const page = await open(`#/chat/${encodeURIComponent(value[0]?.id ?? '')}`);
      await page.getByRole('heading', { name: 'Order 4711' }).waitFor();
      const messages = page.getByRole('list', { name: 'Messages' });
      await messages.getByText('Topic set to “Order 4711”').waitFor();
      await messages.getByText('Where is it?').waitFor();
      await messages.getByText(html).waitFor(); // as text
      expect(await messages.locator('b, img').count()).toBe(0);

      const selected = messages.locator('[aria-current=true]');
      await messages.getByRole('link', { name: /^Details: <b/ }).click();
      await selected.getByText(html).waitFor();
      await messages.getByRole('link', { name: 'Details: Where is it?' }).click();
      await selected.getByText('Where is it?').waitFor();
      expect(new URL(page.url()).hash).toBe(`#/chat/${encodeURIComponent(value[0]?.id ?? '')}`);

      await page.getByText('2 participants').click();
      await page.getByRole('button', { name: 'Copy the raw id of Grace Hopper' }).click();
      await expect.poll(() => copied(page)).toBe(grace.id.communicationUserId);

      await byGrace?.sendTypingNotification({ senderDisplayName: 'Grace Hopper' });
      await page.getByRole('status').filter({ hasText: 'Grace Hopper is typing' }).waitFor();
      await byAda?.updateMessage(first?.id ?? '', { content: 'Where is my order?' });
      await messages.getByText('Where is my order?').waitFor();
      await messages.getByText(/^edited \d/).waitFor();
      await byGrace?.sendReadReceipt({ chatMessageId: first?.id ?? '' });
      await messages.getByText('Read by Grace Hopper').waitFor();
      await byAda?.removeParticipant(grace.id);
      await messages.getByText('Removed Grace Hopper').waitFor();
      await byAda?.deleteMessage(first?.id ?? '');
      await messages.getByText(/^Message deleted/).waitFor();
    });
  });

  test('an identity is shown with its tokens, and a token as revoked when it is', async () => {
    const identities = new CommunicationIdentityClient(emulator.connectionString, INSECURE);
    const { user } = await identities.createUserAndToken(['chat']);
    await identities.getToken(user, ['voip'], { tokenExpiresInMinutes: 60 });
    const page = await open(`#/identity/${encodeURIComponent(user.communicationUserId)}`);
    const tokens = page.getByRole('article');
    await expect.poll(() => tokens.count()).toBe(2);
    await tokens.first().getByText('voip', { exact: true }).first().waitFor();
    await tokens
      .first()
      .getByText(/^in (?:1h|59m)$/)
      .first()
      .waitFor();
    await tokens
      .first()
      .getByRole('row', { name: /^acsScope voip/ })
      .waitFor();
    await page.getByRole('button', { name: 'Copy the id of the identity' }).click();
    await expect.poll(() => copied(page)).toBe(user.communicationUserId);
    await identities.revokeTokens(user);
    await expect.poll(() => tokens.getByText('revoked', { exact: true }).count()).toBe(2);
  });
});
