import type { Channel } from '../../inspection/items.ts';

/**
 * The first lines to type, with the official SDK of each channel. Without `allowInsecureConnection`, the SDK refuses to
 * call an http address.
 *
 * @see https://learn.microsoft.com/javascript/api/overview/azure/communication-sms-readme
 * @see https://learn.microsoft.com/javascript/api/overview/azure/communication-email-readme
 * @see https://learn.microsoft.com/javascript/api/overview/azure/communication-chat-readme
 * @see https://learn.microsoft.com/javascript/api/overview/azure/communication-identity-readme
 */
export function snippetFor(channel: Channel | 'all', connectionString: string): string {
  const connection = `'${connectionString}'`;
  switch (channel) {
    case 'email':
      return `import { EmailClient } from '@azure/communication-email';

const client = new EmailClient(${connection}, { allowInsecureConnection: true });
const poller = await client.beginSend({
  senderAddress: 'donotreply@contoso.com',
  recipients: { to: [{ address: 'maria@example.com' }] },
  content: { subject: 'Welcome', plainText: 'Your code is 123456.' },
});
console.log(await poller.pollUntilDone());`;
    case 'chat':
      return `import { readFileSync } from 'node:fs';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';

const identities = new CommunicationIdentityClient(${connection}, { allowInsecureConnection: true });
const { token } = await identities.createUserAndToken(['chat']);
// ChatClient insists on https. The emulator prints that address, and the file of its CA, when it starts.
const tlsOptions = { ca: readFileSync(process.env.ACS_CA_FILE, 'utf8') };
const client = new ChatClient(process.env.ACS_HTTPS_ADDRESS, new AzureCommunicationTokenCredential(token), { tlsOptions });
const { chatThread } = await client.createChatThread({ topic: 'Order 7' });
await client.getChatThreadClient(chatThread.id).sendMessage({ content: 'Hello' });`;
    case 'identity':
      return `import { CommunicationIdentityClient } from '@azure/communication-identity';

const client = new CommunicationIdentityClient(${connection}, { allowInsecureConnection: true });
console.log(await client.createUserAndToken(['chat', 'voip']));`;
    default:
      return `import { SmsClient } from '@azure/communication-sms';

const client = new SmsClient(${connection}, { allowInsecureConnection: true });
await client.send({ from: '+18005550100', to: ['+14255550123'], message: 'Your code is 123456.' });`;
  }
}
