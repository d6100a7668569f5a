import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AcsEmulator, startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { NO_PROBLEMS, openOutbox, problemsIn, takeScreenshot, VIEWPORTS } from '../setup/outboxPage.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open the outbox.');

const INSECURE = { allowInsecureConnection: true };

const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(4);
const RIGHT_TO_LEFT = 'שלום, הקוד שלך הוא 481516 🎉';

describe.skipIf(isSkipped)('details with extreme contents', { timeout: 120_000 }, () => {
  let browser: Browser;
  let emulator: AcsEmulator;

  beforeAll(async () => {
    if (browserFile === undefined) throw new Error('There is no Chromium or Chrome to open the outbox in.');
    [browser, emulator] = await Promise.all([
      startBrowser(browserFile),
      startAcsEmulator({ emailSettleMilliseconds: 0 }),
    ]);
    await Promise.all([sendSms(), sendEmail(), chat()]);
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
  });

  async function sendSms(): Promise<void> {
    const client = new SmsClient(emulator.connectionString, INSECURE);
    for (const message of [RIGHT_TO_LEFT, `Read https://contoso.com/${WORD}`, WORD]) {
      const options = { enableDeliveryReport: true, tag: WORD };
      await client.send({ from: '+18005550100', to: ['+14255550123'], message }, options);
    }
  }

  async function sendEmail(): Promise<void> {
    const client = new EmailClient(emulator.connectionString, INSECURE);
    const to = Array.from({ length: 48 }, (_, index) => ({ address: `person${index}@example.com`, displayName: WORD }));
    const contentInBase64 = Buffer.from('content').toString('base64');
    const poller = await client.beginSend({
      senderAddress: 'DoNotReply@contoso.com',
      content: {
        subject: `${RIGHT_TO_LEFT} ${WORD}`,
        plainText: WORD,
        html: `<table width="1500"><tr><td>${WORD}</table>`,
      },
      recipients: { to, cc: [{ address: 'bounced@example.com' }] },
      headers: { 'X-Long': WORD.slice(0, 200) },
      attachments: Array.from({ length: 50 }, (_, index) => ({
        ...{ name: `${index} ${WORD}.txt`, contentType: 'text/plain', contentInBase64 },
      })),
    });
    await poller.pollUntilDone();
  }

  async function chat(): Promise<void> {
    const identities = new CommunicationIdentityClient(emulator.connectionString, INSECURE);
    const { user, token } = await identities.createUserAndToken(['chat']);
    const options = { tlsOptions: { ca: emulator.ca } };
    const client = new ChatClient(emulator.tlsUrl, new AzureCommunicationTokenCredential(token), options);
    const participants = [{ id: user, displayName: `${RIGHT_TO_LEFT} ${WORD.slice(0, 100)}` }];
    const { chatThread } = await client.createChatThread({ topic: WORD.slice(0, 250) }, { participants });
    const thread = client.getChatThreadClient(chatThread?.id ?? '');
    for (const content of ['Hello', 'long '.repeat(5600), WORD]) await thread.sendMessage({ content });
  }

  async function newest(channel: string): Promise<string> {
    const response = await fetch(`${emulator.url}/_emulator/items?channel=${channel}`);
    const { value } = (await response.json()) as { value: { id: string }[] };
    return encodeURIComponent(value[0]?.id ?? '');
  }

  describe.each(VIEWPORTS)('$width pixels wide, $theme', (view) => {
    test.each(['sms', 'email', 'chat', 'identity'])('%s', async (channel) => {
      const page = await openOutbox(browser, emulator.url, `#/${channel}/${await newest(channel)}`, view);
      await page.locator('.item-detail').waitFor();
      await takeScreenshot(page, `extreme-${channel}`, view);
      expect(await problemsIn(page, '.detail-body')).toEqual(NO_PROBLEMS);
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        expect(await problemsIn(page, '.detail-body')).toEqual(NO_PROBLEMS);
      }
    });
  });
});
