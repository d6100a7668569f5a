import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { getUsage } from '../../../../functions/system/getUsage.ts';
import type { FakeAnswer } from '../../acs/fixtures.ts';
import { anyOperation, KEYS, rig } from '../../operation/fixtures.ts';
import { sentBody } from '../../smsbatch/fixtures.ts';

export const OPERATION = anyOperation(sendSms);
export const USAGE = anyOperation(getUsage);
export const FROM = '+18005550100';

export const accepts = (body: unknown): FakeAnswer => {
  const value = sentBody.parse(body).smsRecipients.map(({ to }) => ({
    ...{ to, messageId: `m-${to}`, httpStatusCode: 202, successful: true },
  }));
  return { status: 202, body: { value } };
};

export const numbers = (count: number) => Array.from({ length: count }, (_, index) => `+1425555${1000 + index}`);

/** The rig with a client `shop` that has these settings. */
export function shopWith(settings: object, acs: (body: unknown) => FakeAnswer = accepts) {
  const clients = [{ name: 'shop', keys: [KEYS.shop], ...settings }];
  const it = rig({ acs: ({ body }) => acs(body), variables: { CLIENTS: JSON.stringify(clients) } });
  const send = (to: readonly string[], headers: Record<string, string> = {}, from = FROM) =>
    it.http(OPERATION, {
      ...{ target: '/sms?api-version=2024-03-15', params: {}, headers },
      body: { from, smsRecipients: to.map((number) => ({ to: number })), message: 'Hello' },
    });
  const used = async () => {
    const answer = await it.http(USAGE, { target: '/usage?api-version=2024-03-15', params: {} });
    return answer.body;
  };
  return { ...it, send, used };
}
