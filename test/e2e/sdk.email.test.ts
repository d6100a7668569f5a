import { EmailClient, type EmailMessage } from '@azure/communication-email';
import { describe, expect, inject, test } from 'vitest';
import { emailsTo } from '../setup/emulator.ts';
import { uniqueAddress } from '../setup/names.ts';
import { INSECURE, overTls, SDK_TARGETS, TRUSTING, withWrongKey } from './targets.ts';

const { acs } = inject('stack');

function emailTo(address: string): EmailMessage {
  return {
    senderAddress: 'news@contoso.com',
    content: { subject: 'Subject', plainText: 'Text', html: '<p>Text</p>' },
    recipients: { to: [{ address, displayName: 'Anna' }] },
  };
}

describe.concurrent.each(SDK_TARGETS)('EmailClient against $name', (target) => {
  test('sends and polls to the end', async () => {
    const to = uniqueAddress();
    const client = new EmailClient(target.connectionString, INSECURE);
    const poller = await client.beginSend(emailTo(to));
    const { status } = await poller.pollUntilDone();
    expect(status).toBe('Succeeded');
    expect(await emailsTo(acs, to)).toMatchObject([{ content: { subject: 'Subject' } }]);
  });

  test('resumes a poller in another process', async () => {
    const to = uniqueAddress();
    const operationId = crypto.randomUUID();
    const first = await new EmailClient(target.connectionString, INSECURE).beginSend(emailTo(to), { operationId });
    const resumeFrom = first.toString();
    const resumed = await new EmailClient(target.connectionString, INSECURE).beginSend(emailTo(to), { resumeFrom });
    expect(await resumed.pollUntilDone()).toMatchObject({ id: operationId, status: 'Succeeded' });
    expect(await emailsTo(acs, to)).toHaveLength(1);
  });

  test('sends and polls over https', async () => {
    const client = new EmailClient(overTls(target), TRUSTING);
    const poller = await client.beginSend(emailTo(uniqueAddress()));
    expect((await poller.pollUntilDone()).status).toBe('Succeeded');
  });

  test('sends what the contract does not mention: attachments, reply-to, headers, cc and bcc', async () => {
    const [to, cc] = [uniqueAddress(), uniqueAddress()];
    const client = new EmailClient(target.connectionString, INSECURE);
    const poller = await client.beginSend({
      ...emailTo(to),
      recipients: { to: [{ address: to }], cc: [{ address: cc }], bcc: [{ address: uniqueAddress() }] },
      replyTo: [{ address: 'help@contoso.com' }],
      attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: 'SGVsbG8=' }],
      headers: { 'X-Campaign': 'spring' },
      disableUserEngagementTracking: true,
    });
    await poller.pollUntilDone();
    expect(await emailsTo(acs, cc)).toMatchObject([
      {
        replyTo: [{ address: 'help@contoso.com' }],
        attachments: [{ name: 'a.txt', contentInBase64: 'SGVsbG8=' }],
        headers: { 'X-Campaign': 'spring' },
        userEngagementTrackingDisabled: true,
      },
    ]);
  });

  test('sends once under one operation id', async () => {
    const to = uniqueAddress();
    const client = new EmailClient(target.connectionString, INSECURE);
    const operationId = crypto.randomUUID();
    const first = await client.beginSend(emailTo(to), { operationId });
    const second = await client.beginSend(emailTo(to), { operationId });
    expect([(await first.pollUntilDone()).id, (await second.pollUntilDone()).id]).toEqual([operationId, operationId]);
    expect(await emailsTo(acs, to)).toHaveLength(1);
  });

  test('is refused an address that is none', async () => {
    const client = new EmailClient(target.connectionString, INSECURE);
    await expect(client.beginSend(emailTo('nowhere'))).rejects.toMatchObject({ statusCode: 400 });
  });

  test('is denied with a wrong key', async () => {
    const client = new EmailClient(withWrongKey(target), INSECURE);
    await expect(client.beginSend(emailTo(uniqueAddress()))).rejects.toMatchObject({ statusCode: 401 });
  });
});
