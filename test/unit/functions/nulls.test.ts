import { describe, expect, test } from 'vitest';
import { sendEmail } from '../../../functions/email/sendEmail.ts';
import { createIdentity } from '../../../functions/identity/createIdentity.ts';
import { issueAccessToken } from '../../../functions/identity/issueAccessToken.ts';
import { sendSms } from '../../../functions/sms/sendSms.ts';
import { submitSmsBatch } from '../../../functions/sms/submitSmsBatch.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { anyOperation, KEYS, rig } from '../operation/fixtures.ts';
import { ANNA, acs, CASES, USER } from './nullcases.ts';

/** In requests null means that a member is absent: serialisers of many languages write it for what is not set. */

const target = ({ http: { route } }: AnyOperation) => `/${route}?api-version=2024-03-15`;

describe.each(CASES)('$operation.name, case %#', ({ operation, params = {}, body, sent: expected }) => {
  test('over HTTP', async () => {
    const { http, sent } = rig({ acs });
    const answer = await http(operation, { target: target(operation), params, body, key: KEYS.office });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(sent.at(-1)?.body).toEqual(expected);
    expect(JSON.stringify(sent.at(-1)?.body)).toBe(JSON.stringify(sent.at(-1)?.body ?? '', withoutNull));
  });

  test('by queue', async () => {
    const { deliver, sent, storage } = rig({ acs });
    const message = { id: 'm1', client: 'office', params: null, bodyBlob: null, actingUser: null, replyTo: null, body };
    await deliver(operation, Object.keys(params).length > 0 ? { ...message, params } : message);
    expect(storage.messages('outcomes')).toMatchObject([{ type: expect.stringMatching(/\.(?:succeeded|accepted)$/) }]);
    expect(sent.at(-1)?.body).toEqual(expected);
  });
});

const withoutNull = (_name: string, value: unknown) => (value === null ? undefined : value);

const MAIL = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello', plainText: 'World' },
};

describe('null is wrong', () => {
  const refused = async (operation: AnyOperation, body: object | string, params: Record<string, string> = {}) => {
    const { http, sent } = rig({ acs });
    const answer = await http(operation, { target: target(operation), params, body, key: KEYS.office });
    expect(sent).toEqual([]);
    return answer;
  };

  test('for the display name of an email address, as on ACS', async () => {
    const named = { address: 'anna@contoso.com', displayName: null };
    for (const [body, field] of [
      [{ ...MAIL, recipients: { to: [named] } }, 'recipients.to[0].displayName'],
      [{ ...MAIL, replyTo: [named] }, 'replyTo[0].displayName'],
    ] as const) {
      expect(await refused(anyOperation(sendEmail), body)).toMatchObject({
        status: 400,
        body: { error: { target: field } },
      });
    }
  });

  test('for what has to be there', async () => {
    const sms = { from: null, smsRecipients: [{ to: null }], message: null };
    expect(await refused(anyOperation(sendSms), sms)).toMatchObject({
      status: 400,
      body: { error: { details: ['from', 'smsRecipients[0].to', 'message'].map((field) => ({ target: field })) } },
    });
  });

  test('for an element of a list', async () => {
    const scopes = await refused(anyOperation(issueAccessToken), { scopes: [null] }, { id: USER });
    expect(scopes).toMatchObject({ status: 400, body: { error: { target: 'scopes[0]' } } });
    const to = await refused(anyOperation(sendEmail), { ...MAIL, recipients: { to: [null] } });
    expect(to).toMatchObject({ status: 400, body: { error: { target: 'recipients.to[0]' } } });
  });

  test('for a body that has to be there, and no body where it need not be', async () => {
    expect(await refused(anyOperation(sendSms), 'null')).toMatchObject({ status: 400 });
    const { http } = rig({ acs });
    const call = { target: '/identities?api-version=2024-03-15', params: {}, body: 'null' };
    expect(await http(anyOperation(createIdentity), call)).toMatchObject({ status: 201 });
  });

  test('for the client of a queue message: a message that lost it must not gain rights', async () => {
    const { deliver, sent, storage } = rig({ acs });
    await deliver(anyOperation(createIdentity), { id: 'm1', client: null, body: {} });
    expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 400 }]);
    expect(sent).toEqual([]);
  });
});

describe('a batch', () => {
  const batch = { from: '+18005550100', message: 'Hello' };
  const dryRun = async (body: object) => {
    const { http } = rig({ acs });
    return http(anyOperation(submitSmsBatch), {
      ...{ target: '/sms/batches?dryRun=true&api-version=2024-03-15', params: {} },
      body,
    });
  };

  test('may have members that are null, in short lists and in long ones', async () => {
    const nulls = { recipients: null, csv: null, smsSendOptions: { tag: null }, sendAt: null, defaultCountry: null };
    const recipient = { to: ANNA, repeatabilityRequestId: null, repeatabilityFirstSent: null };
    for (const count of [1, 15_000]) {
      const smsRecipients = Array.from({ length: count }, () => recipient);
      expect(await dryRun({ ...batch, ...nulls, smsRecipients })).toMatchObject({
        status: 200,
        body: { counts: { total: 1 }, duplicates: count - 1 },
      });
    }
  });

  test('may not have an unknown member: a mistyped sendAt must not send at once', async () => {
    const body = { ...batch, recipients: [ANNA], sendat: '2026-01-16T08:30:00Z', smsSendOptions: { tags: 't' } };
    expect(await dryRun(body)).toMatchObject({
      status: 400,
      body: { error: { details: [{ target: 'smsSendOptions.tags' }, { target: 'sendat' }] } },
    });
  });
});
