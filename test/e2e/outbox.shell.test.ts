import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { EmailClient } from '@azure/communication-email';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { SmsClient } from '@azure/communication-sms';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AcsEmulator, startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { startLink } from '../setup/cuttableLink.ts';
import { openOutbox } from '../setup/outboxPage.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped)
  console.warn("Skipped: there is no Chromium or Chrome on this machine, in which to open the emulator's page.");

const INSECURE = { allowInsecureConnection: true };
const [SENDER, PHONE] = ['+18005550100', '+14255550123'];

interface Scrolled {
  /** The most at any time. */
  readonly rendered: number;
}

/** Scrolls to the oldest item by four times the list's height in each frame, while older ones are loaded. */
const SCROLL_THROUGH = `(async () => {
  const list = document.querySelector('[data-list]');
  const frame = () => new Promise(requestAnimationFrame);
  let rendered = 0;
  while (list.scrollHeight < 10_000 * 60 || list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
    list.scrollTop += 4 * list.clientHeight;
    await frame();
    rendered = Math.max(rendered, list.querySelectorAll('.row').length);
  }
  return { rendered };
})()`;

describe.skipIf(isSkipped)("the emulator's page in a browser", { timeout: 120_000 }, () => {
  let browser: Browser;
  let acs: AcsEmulator;
  beforeAll(async () => {
    if (browserFile === undefined) throw new Error("There is no Chromium or Chrome to open the emulator's page in.");
    [browser, acs] = await Promise.all([startBrowser(browserFile), startAcsEmulator({ emailSettleMilliseconds: 0 })]);
  });
  afterEach(async () => {
    await fetch(`${acs.url}/_emulator`, { method: 'DELETE' });
  });
  afterAll(async () => {
    await browser?.close();
    await acs?.close();
  });

  const sendSms = (message: string, to = [PHONE]) =>
    new SmsClient(acs.connectionString, INSECURE).send({ from: SENDER, to, message });
  const open = (hash = '', options: Parameters<typeof openOutbox>[3] = {}) =>
    openOutbox(browser, acs.url, hash, options);
  const rows = (page: Page) => page.getByRole('listbox').getByRole('option');
  const row = (page: Page, text: string) => rows(page).filter({ hasText: text });
  const place = (page: Page, name: string) => page.getByRole('link', { name: new RegExp(`^${name}`) });

  test('shows what official clients send, as it arrives, and loads nothing from elsewhere', async () => {
    const [foreign, problems]: [string[], string[]] = [[], []];
    const page = await open('', {
      onForeignRequest: (url) => foreign.push(url),
      onProblem: (text) => problems.push(text),
    });
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();

    await sendSms('Your code is 482913.');
    await row(page, 'Your code is 482913.').getByText('Delivered').waitFor();
    const poller = await new EmailClient(acs.connectionString, INSECURE).beginSend({
      senderAddress: 'donotreply@contoso.com',
      recipients: { to: [{ address: 'maria@example.com' }] },
      content: { subject: 'Your order has shipped', plainText: 'Follow it on its way.' },
    });
    await poller.pollUntilDone();
    await row(page, 'Your order has shipped').getByText('maria@example.com').waitFor();
    const identities = new CommunicationIdentityClient(acs.connectionString, INSECURE);
    const { user, token } = await identities.createUserAndToken(['chat']);
    await row(page, user.communicationUserId.slice(-12)).getByText('chat', { exact: true }).waitFor();
    const chat = new ChatClient(acs.tlsUrl, new AzureCommunicationTokenCredential(token), {
      tlsOptions: { ca: acs.ca },
    });
    const { chatThread } = await chat.createChatThread({ topic: 'Order 7' });
    await chat.getChatThreadClient(chatThread?.id ?? '').sendMessage({ content: 'Where is my parcel?' });
    await row(page, 'Where is my parcel?').getByText('Order 7').waitFor();

    expect(await rows(page).count()).toBe(4);
    await place(page, 'Requests').click();
    await row(page, 'POST /sms').getByText('202', { exact: true }).waitFor();
    await place(page, 'Email').click();
    await expect.poll(() => rows(page).count()).toBe(1);
    expect([...foreign, ...problems]).toEqual([]);
  });

  test('shows the first lines to type, and they work', async () => {
    const page = await open('#/sms');
    const code = await page.getByRole('figure', { name: 'First message' }).locator('pre').textContent();
    expect(code).toContain(acs.connectionString);
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code ?? '']);
    await row(page, 'Your code is 123456.').waitFor();
  });

  test('finds items by operators, keeps the search in its address, and says when nothing matches', async () => {
    await sendSms('Your code is 482913.');
    await sendSms('Hello', ['+14255550177']);
    const page = await open();
    await row(page, 'Hello').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('to:+14255550177');
    await expect.poll(() => rows(page).count()).toBe(1);
    await row(page, 'Hello').waitFor();
    await sendSms('Another', ['+14255550177']);
    await sendSms('To the other one');
    await row(page, 'Another').waitFor();
    expect(await rows(page).count()).toBe(2);

    await page.reload();
    await expect.poll(() => page.getByRole('combobox', { name: 'Search' }).inputValue()).toBe('to:+14255550177');
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.getByRole('combobox', { name: 'Search' }).fill('nothing-has-this');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear the search', exact: true }).last().click();
    await expect.poll(() => rows(page).count()).toBe(4);
  });

  test('suggests operators and values', async () => {
    await sendSms('Hello');
    const page = await open();
    await row(page, 'Hello').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('st');
    await page.getByRole('option', { name: /^status:/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /^status:Delivered/ }).click();
    expect(await page.getByRole('combobox', { name: 'Search' }).inputValue()).toBe('status:Delivered ');
    await expect.poll(() => new URL(page.url()).hash).toContain('q=status%3ADelivered');
  });

  test('opens items by keyboard, and copies their codes and links', async () => {
    await sendSms('Confirm at https://example.com/confirm?id=7');
    await sendSms('Your code is 482913.');
    const page = await open();
    const clipboard = () => page.evaluate('navigator.clipboard.readText()');
    await row(page, '482913').waitFor();
    await page.keyboard.press('c');
    await page.getByText('Copied 482913').waitFor();
    expect(await clipboard()).toBe('482913');

    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Open item' }).getByText('https://example.com/confirm').first().waitFor();
    await page.keyboard.press('l');
    await page.getByText('Copied https://example.com/confirm?id=7').waitFor();
    expect(await clipboard()).toBe('https://example.com/confirm?id=7');
    await page.keyboard.press('k');
    await page.getByRole('region', { name: 'Open item' }).getByText('482913').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Select an item to read it.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/');
  });

  test('goes to places by keyboard and by the command palette', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'No email messages yet' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('identities');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No identities yet' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('an address leads to an item, also after it was shared', async () => {
    const [sent] = await sendSms('Hello');
    const page = await open();
    await row(page, 'Hello').click();
    await page.getByRole('region', { name: 'Open item' }).getByText('Hello').first().waitFor();
    const other = await open(new URL(page.url()).hash);
    await other.getByRole('region', { name: 'Open item' }).getByText('Hello').first().waitFor();
    expect(decodeURIComponent(other.url())).toContain(`#/sms/${sent?.messageId}`);
    await other.goto(`${acs.url}/#/sms/unknown`);
    await other.getByRole('heading', { name: 'This item does not exist any more' }).waitFor();
  });

  test('says that the stream is lost, and shows what arrived meanwhile', async () => {
    const link = await startLink(acs.url);
    await sendSms('Before');
    const page = await openOutbox(browser, link.url, '');
    await row(page, 'Before').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    link.cut();
    await page.getByRole('alert').getByText('Connection to the emulator lost.').waitFor();
    await sendSms('Meanwhile');
    link.restore();
    await row(page, 'Meanwhile').waitFor();
    await page.getByText('Connection to the emulator lost.').waitFor({ state: 'detached' });
    await sendSms('Afterwards');
    await row(page, 'Afterwards').waitFor();
    expect(await rows(page).count()).toBe(3);
  });

  test('does not move what is being read', async () => {
    for (const batch of [1, 2, 3]) {
      const to = Array.from({ length: 20 }, (_, index) => `+1425555${batch}${String(100 + index)}`);
      await sendSms(`Batch ${batch}`, to);
    }
    const page = await open();
    await row(page, 'Batch 3').first().waitFor();
    await page.mouse.move(400, 500);
    await page.mouse.wheel(0, 1500);
    await row(page, 'Batch 1').first().waitFor();
    const read = row(page, 'Batch 2').last();
    const before = await read.boundingBox();
    const title = (await read.locator('.row-title').textContent()) ?? '';
    await sendSms('The newest one');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    const same = row(page, title);
    await expect.poll(async () => (await same.first().boundingBox())?.y).toBe(before?.y);
    await page.getByRole('button', { name: '1 new' }).click();
    await row(page, 'The newest one').waitFor();
    await page.getByRole('button', { name: '1 new' }).waitFor({ state: 'detached' });
  });

  test('groups by recipient', async () => {
    await sendSms('One');
    await sendSms('Two', [PHONE, '+14255550177']);
    const page = await open();
    await row(page, 'One').waitFor();
    await page.keyboard.press('r');
    const tree = page.getByRole('tree');
    const group = tree.getByRole('treeitem', { level: 1 }).filter({ hasText: PHONE });
    await group.waitFor();
    expect(await tree.getByRole('treeitem', { level: 2 }).count()).toBe(3);
    await group.click();
    await expect.poll(() => tree.getByRole('treeitem', { level: 2 }).count()).toBe(1);
    expect(await group.getAttribute('aria-expanded')).toBe('false');
  });

  test('deletes everything only after a confirmation', async () => {
    await sendSms('Hello');
    const page = await open();
    await row(page, 'Hello').waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Reset…' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await rows(page).count()).toBe(1);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Reset…' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();
  });

  test('deletes what was sent to one recipient, and only that', async () => {
    await sendSms('To be deleted');
    await sendSms('To be kept', ['+14255550177']);
    const page = await open();
    await row(page, 'To be deleted').waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Reset…' }).click();
    await page.getByRole('radio', { name: /^One recipient/ }).check();
    await page.getByRole('textbox', { name: /^Phone number/ }).fill(PHONE);
    await page.getByRole('button', { name: 'Delete' }).click();
    await row(page, 'To be deleted').waitFor({ state: 'detached' });
    await row(page, 'To be kept').waitFor();
  });

  test('exports everything to a file, which can be imported again', async () => {
    await sendSms('To be exported');
    const page = await open();
    await row(page, 'To be exported').waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export everything' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('acs-emulator-default.json');
    const file = await readFile(await download.path());
    await fetch(`${acs.url}/_emulator`, { method: 'DELETE' });
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();

    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Import a seed file…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a seed file' });
    const choose = (buffer: Buffer) =>
      dialog.getByLabel('File').setInputFiles({ name: 'seed.json', mimeType: 'application/json', buffer });
    await choose(Buffer.from('{"sms":'));
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByRole('alert').getByText('The file is not JSON').waitFor();
    await choose(file);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await row(page, 'To be exported').waitFor();
  });

  test('renders only the rows in view of ten thousand', async () => {
    const to = Array.from({ length: 100 }, (_, index) => `+1425555${String(1000 + index)}`);
    for (let batch = 1; batch <= 100; batch += 1) await sendSms(`Batch ${batch}`, to);
    const page = await open();
    await page.getByText('10,000 items').waitFor();
    const { rendered } = await page.evaluate<Scrolled>(SCROLL_THROUGH);
    expect(rendered).toBeLessThan(40);
    await row(page, 'Batch 1').last().waitFor();
  });

  test('keeps the theme that was chosen', async () => {
    const page = await open();
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.getByRole('button', { name: 'Theme: system' }).waitFor();
    const light = await background();
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await background()).toBe(dark);
  });

  test('shows the list or the item on a phone, and nothing that is too wide', async () => {
    await sendSms('A rather long message, '.repeat(6));
    const page = await open('', { width: 360, height: 720 });
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    const item = page.getByRole('region', { name: 'Open item' });
    await row(page, 'A rather long message').waitFor();
    expect([await width(), await item.isVisible()]).toEqual([360, false]);
    await row(page, 'A rather long message').click();
    await item.getByText('A rather long message').first().waitFor();
    expect([await width(), await rows(page).count()]).toEqual([360, 0]);
    await page.getByRole('button', { name: /^Back to the list/ }).click();
    await row(page, 'A rather long message').waitFor();
  });

  test('shows mailboxes apart, once there are several', async () => {
    await sendSms('In the default mailbox');
    const page = await open();
    await row(page, 'In the default mailbox').waitFor();
    const created = await fetch(`${acs.url}/_emulator/mailboxes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'other' }),
    });
    const { connectionString } = (await created.json()) as { connectionString: string };
    await page.getByRole('combobox', { name: 'Mailbox' }).selectOption('other');
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();
    await new SmsClient(connectionString, INSECURE).send({ from: SENDER, to: [PHONE], message: 'In the other one' });
    await row(page, 'In the other one').waitFor();
    expect(await rows(page).count()).toBe(1);
    expect(new URL(page.url()).hash).toBe('#/?mailbox=other');
  });
});
