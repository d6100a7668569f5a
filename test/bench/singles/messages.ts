import { MESSAGE, SENDER } from '../batch/requests.ts';

export type Kind = 'sms' | 'email';

/** The body of a request to ACS. @param to the recipient's number, which is part of its address, too */
export function requestTo(kind: Kind, to: string): object {
  if (kind === 'sms') return { from: SENDER, smsRecipients: [{ to }], message: MESSAGE };
  return {
    senderAddress: 'news@contoso.com',
    recipients: { to: [{ address: `customer${to.slice(1)}@example.com` }] },
    content: { subject: 'Your parcel', plainText: MESSAGE },
  };
}
