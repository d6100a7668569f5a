import type { EmailMessage } from '@azure/communication-email';
import { uniqueAddress } from '../../setup/names.ts';
import type { Case, MemberCases, Side } from './side.ts';

/** A complete email to an address of its own. */
export const emailWith = (changes: object): EmailMessage => ({
  senderAddress: 'news@contoso.com',
  content: { subject: 'Subject', plainText: 'Text', html: '<p>Text</p>' },
  recipients: { to: [{ address: uniqueAddress(), displayName: 'Anna' }] },
  ...changes,
});

const beginSend =
  (changes: object, options?: object): Case =>
  ({ email }) =>
  async () =>
    (await email.beginSend(emailWith(changes), options)).getOperationState();

const file = (contentType = 'text/plain', contentInBase64 = 'SGVsbG8=') => ({
  ...{ name: 'a.txt', contentType, contentInBase64 },
});

/** A poller for a new email, of which `ask` is compared. */
const polling =
  <Answer>(ask: (poller: Awaited<ReturnType<Side['email']['beginSend']>>) => Answer): Case =>
  async ({ email }) => {
    const poller = await email.beginSend(emailWith({}));
    return () => ask(poller);
  };

export const EMAIL_CASES: Readonly<Record<string, MemberCases>> = {
  'EmailClient.beginSend': {
    succeeds: {
      'one recipient': beginSend({}),
      'everything that an email can have': beginSend({
        recipients: {
          to: [{ address: uniqueAddress() }],
          cc: [{ address: uniqueAddress() }],
          bcc: [{ address: uniqueAddress() }],
        },
        replyTo: [{ address: 'help@contoso.com' }],
        attachments: [file()],
        headers: { 'X-Campaign': 'spring' },
        disableUserEngagementTracking: true,
      }),
      'an operation id': beginSend({}, { operationId: crypto.randomUUID() }),
      'recipients in bcc alone': beginSend({ recipients: { bcc: [{ address: uniqueAddress() }] } }),
    },
    fails: {
      'an address that is none': beginSend({ recipients: { to: [{ address: 'nowhere' }] } }),
      'no recipients': beginSend({ recipients: { to: [] } }),
      'a sender that is none': beginSend({ senderAddress: 'News <news@contoso.com>' }),
      'no subject': beginSend({ content: { plainText: 'Text' } }),
      'an attachment that is not base64': beginSend({ attachments: [file('text/plain', '%%%')] }),
      'an operation id that is no UUID': beginSend({}, { operationId: 'order 17' }),
      'a wrong key':
        ({ withWrongKey: { email } }) =>
        () =>
          email.beginSend(emailWith({})),
    },
  },
  'EmailClient.beginSend().poll': { succeeds: { 'an email': polling((poller) => poller.poll()) } },
  'EmailClient.beginSend().pollUntilDone': {
    succeeds: { 'an email': polling((poller) => poller.pollUntilDone()) },
    fails: {
      // The emulator decides by the first part of the address.
      'an email that ACS drops': async ({ email }) => {
        const to = [{ address: `failed.${crypto.randomUUID()}@example.com` }];
        const poller = await email.beginSend(emailWith({ recipients: { to } }));
        return () => poller.pollUntilDone();
      },
    },
  },
  'EmailClient.beginSend().getResult': {
    succeeds: {
      'an email that has been sent': async ({ email }) => {
        const poller = await email.beginSend(emailWith({}));
        await poller.pollUntilDone();
        return () => poller.getResult();
      },
    },
  },
  'EmailClient.beginSend().getOperationState': {
    succeeds: { 'an email': polling((poller) => poller.getOperationState()) },
  },
  'EmailClient.beginSend().isDone': { succeeds: { 'an email': polling((poller) => poller.isDone()) } },
  'EmailClient.beginSend().isStopped': { succeeds: { 'an email': polling((poller) => poller.isStopped()) } },
  'EmailClient.beginSend().onProgress': {
    succeeds: {
      'an email': polling(async (poller) => {
        const states: string[] = [];
        poller.onProgress(({ status }) => states.push(status));
        await poller.pollUntilDone();
        return states.at(-1);
      }),
    },
  },
  'EmailClient.beginSend().stopPolling': {
    succeeds: {
      'an email': polling((poller) => {
        poller.stopPolling();
        return poller.isStopped();
      }),
    },
  },
  'EmailClient.beginSend().toString': {
    succeeds: {
      'an email, with another poller that goes on from there': async ({ email }) => {
        const poller = await email.beginSend(emailWith({}));
        return async () => {
          const resumeFrom = poller.toString();
          const resumed = await email.beginSend(emailWith({}), { resumeFrom });
          return { state: JSON.parse(resumeFrom) as unknown, result: await resumed.pollUntilDone() };
        };
      },
    },
  },
};
