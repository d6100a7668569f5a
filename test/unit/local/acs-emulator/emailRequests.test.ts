import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EMAIL_ADDRESSES, SENDER_ADDRESSES } from '../../../setup/emailAddresses.ts';
import { type Rig, SEND_EMAIL, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

beforeEach(async () => {
  await rig.call('DELETE', '/_emulator', { key: null });
});

afterAll(() => rig.close());

const anna = { address: 'anna@contoso.com' };
const email = (changes: object = {}) => ({
  senderAddress: 'news@contoso.com',
  content: { subject: 'Subject', plainText: 'Text' },
  recipients: { to: [anna] },
  ...changes,
});

const send = (changes: object, path = SEND_EMAIL) => rig.call('POST', path, { body: email(changes) });

describe('an address', () => {
  test.each(EMAIL_ADDRESSES)('of a recipient may be %j: %s', async (address, isTaken) => {
    const { status, body } = await send({ recipients: { cc: [{ address }] } });
    if (isTaken) expect(status).toBe(202);
    else
      expect({ status, body }).toMatchObject({ status: 400, body: { error: { target: 'recipients.cc[0].address' } } });
  });

  test.each([...EMAIL_ADDRESSES, ...SENDER_ADDRESSES])(
    'of the sender may be %j: %s',
    async (senderAddress, isTaken) => {
      const { status, body } = await send({ senderAddress });
      if (isTaken) expect(status).toBe(202);
      // As reported: https://github.com/Azure/azure-sdk-for-java/issues/39910
      else expect({ status, body }).toEqual({ status: 400, body: { error: refusal('senderAddress') } });
    },
  );

  test('of the sender counts for its domain, without angle brackets', async () => {
    const custom = { sendsPerMinute: 1, sendsPerHour: 1 };
    await rig.call('PUT', '/_emulator/quotas', { key: null, body: { email: { managed: custom } } });
    const senderAddress = '<DoNotReply@11111111-2222-3333-4444-555555555555.azurecomm.net>';
    expect((await send({ senderAddress })).status).toBe(202);
    expect((await send({ senderAddress })).status).toBe(429);
  });
});

const refusal = (property: string) => ({
  code: 'BadRequest',
  message: `Request body validation error. See property '${property}'`,
  target: null,
  details: null,
  innererror: null,
});

describe('null', () => {
  test('means that a member is absent', async () => {
    const nulls = { attachments: null, replyTo: null, headers: { 'x-campaign': null }, importance: null };
    const content = { subject: 'Subject', html: null, plainText: 'Text' };
    const recipients = { to: null, cc: null, bcc: [anna] };
    expect((await send({ ...nulls, content, recipients })).status).toBe(202);
    expect((await send({ headers: null, userEngagementTrackingDisabled: null })).status).toBe(202);
  });

  // https://github.com/Azure/azure-sdk-for-python/issues/31935
  test.each([{ recipients: { to: [{ ...anna, displayName: null }] } }, { replyTo: [{ ...anna, displayName: null }] }])(
    'cannot stand for a display name: %j',
    async (changes) => {
      expect(await send(changes)).toMatchObject({ status: 400, body: { error: refusal('displayName') } });
    },
  );

  test('is rejected in a list', async () => {
    expect((await send({ recipients: { to: [null] } })).status).toBe(400);
  });
});

test.each([
  [{ bcc: [anna] }, 202],
  [{ to: [], cc: [anna] }, 202],
  [{ to: [], cc: [], bcc: [] }, 400],
  [{}, 400],
])('to recipients %j is %i', async (recipients, status) => {
  expect((await send({ recipients })).status).toBe(status);
});

// https://learn.microsoft.com/azure/communication-services/concepts/email/email-headers
describe('two attachments with one content id', () => {
  const attachments = ['a.png', 'b.png'].map((name) => ({
    ...{ name, contentType: 'image/png', contentInBase64: 'aGk=', contentId: 'logo' },
  }));

  test('are rejected', async () => {
    const { status, body } = await send({ attachments });
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { target: 'attachments[1].contentId' } } });
  });

  test.each([
    ['true', 202],
    ['TRUE', 202],
    ['false', 400],
  ])('with the header that ignores it as %j are %i', async (value, status) => {
    const headers = { 'x-ms-acsemail-ignore-duplicate-content-id': value };
    expect((await send({ attachments, headers })).status).toBe(status);
  });

  test('are accepted by the api-versions without content ids', async () => {
    expect((await send({ attachments }, '/emails:send?api-version=2023-03-31')).status).toBe(202);
  });

  test('are accepted if the content ids are null', async () => {
    expect((await send({ attachments: attachments.map((it) => ({ ...it, contentId: null })) })).status).toBe(202);
  });
});
