import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock, IDENTITIES, type Rig, rigForTest, SEND_EMAIL, SMS, startRig, type User } from './harness.ts';
import { ACTIONS, BEGINNING, lists, own, PHONES, SENDER } from './mailboxActions.ts';

test('an export that is imported into an empty emulator gives the same lists', { timeout: 60_000 }, async () => {
  const action = fc.tuple(fc.nat(ACTIONS.length - 1), fc.nat(60));
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
      const clock = new Clock();
      const [first, second] = [await startRig({}, clock), await startRig({}, clock)];
      try {
        const users: User[] = [];
        for (const [index, choice] of [...BEGINNING, ...actions]) {
          await ACTIONS[index]?.(first, users, choice);
          clock.advance(1);
        }
        clock.advance(5000);
        const exported = await own(first, 'GET', 'export');
        expect(exported.status).toBe(200);
        expect(await own(second, 'POST', 'seed', exported.body)).toMatchObject({ status: 204 });
        expect(claimless(await lists(second))).toEqual(claimless(await lists(first)));
        expect((await own(second, 'GET', 'export')).body).toEqual(exported.body);
      } finally {
        await Promise.all([first.close(), second.close()]);
      }
    }),
    { numRuns: 20 },
  );
});

/** Moves everything to an emulator that has nothing. @returns what the second one exports */
async function exportOfCopy(rig: Rig): Promise<{ readonly original: unknown; readonly copy: unknown }> {
  const { body: original } = await own(rig, 'GET', 'export');
  const second = await rigForTest({}, rig.clock);
  expect(await own(second, 'POST', 'seed', original)).toMatchObject({ status: 204 });
  return { original, copy: (await own(second, 'GET', 'export')).body };
}

const EMAIL = {
  senderAddress: 'news@contoso.com',
  content: { subject: 'Subject', plainText: 'Text' },
  recipients: { to: [{ address: 'anna@contoso.example' }] },
};

test('an export has no members that senders made up', async () => {
  const rig = await rigForTest();
  const madeUp = { id: 'mine', at: 1, receivedAt: 'never', repeats: 'often', deliveries: 7 };
  const { id } = (await rig.call('POST', SEND_EMAIL, { body: { ...EMAIL, ...madeUp } })).body;
  const listed = { ...EMAIL, id, receivedAt: '2026-01-15T08:30:00.250Z' };
  expect((await own(rig, 'GET', 'emails')).body.value).toMatchObject([listed]);
  const { original, copy } = await exportOfCopy(rig);
  expect(original).toMatchObject({ emails: [{ id, at: '2026-01-15T08:30:00.250Z' }] });
  expect(copy).toEqual(original);
});

test('every repeatability id that is accepted can be imported', async () => {
  const rig = await rigForTest();
  const repeatabilityRequestId = '11111111-2222-3333-4444-555555555555'; // no variant of RFC 9562
  const smsRecipients = [{ to: PHONES[0], repeatabilityRequestId, repeatabilityFirstSent: rig.clock.rfc1123() }];
  await rig.call('POST', SMS, { body: { from: SENDER, smsRecipients, message: 'Hi' } });
  const { original, copy } = await exportOfCopy(rig);
  expect(original).toMatchObject({ sms: [{ repeatability: { requestId: repeatabilityRequestId } }] });
  expect(copy).toEqual(original);
});

test('what is created at the latest time that the clock can be set to can be imported', async () => {
  const rig = await rigForTest();
  const now = '9999-12-30T00:00:00.000Z';
  await own(rig, 'POST', 'clock', { now });
  const { body } = await rig.call('POST', IDENTITIES, { body: { createTokenWithScopes: ['chat'] } });
  expect(body.accessToken.expiresOn).toBe('9999-12-31T00:00:00.0000000+00:00');
  const { original, copy } = await exportOfCopy(rig);
  expect(original).toMatchObject({ identities: [{ at: now }] });
  expect(copy).toEqual(original);
});

/** The claims of tokens name the resource, which is another one. */
function claimless(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, it) => (key === 'claims' ? undefined : it)));
}

test('a seed that a person wrote needs neither ids nor times', async () => {
  const rig = await rigForTest();
  const body = {
    version: 1,
    sms: [{ from: SENDER, to: PHONES[0], message: 'Your code is 123456' }],
    emails: [
      {
        senderAddress: 'a@b.example',
        content: { subject: 'S', html: '<b>x</b>' },
        recipients: { to: [{ address: 'c@d.example' }] },
      },
    ],
    threads: [
      {
        topic: 'T',
        participants: [{ id: 'anna' }, { id: 'ben' }],
        messages: [
          { sender: 'anna', content: 'A' },
          { sender: 'ben', content: 'B' },
        ],
      },
    ],
    identities: [{}],
    optOuts: [{ from: SENDER, to: PHONES[1] }],
  };
  expect((await own(rig, 'POST', 'seed', body)).status).toBe(204);
  const { value } = (await own(rig, 'GET', 'items')).body;
  expect(value.map(({ channel }: { channel: string }) => channel).sort()).toEqual([
    'chat',
    'chat',
    'email',
    'identity',
    'sms',
  ]);
  expect((await own(rig, 'GET', 'latest?channel=sms')).body).toMatchObject({
    codes: ['123456'],
    at: '2026-01-15T08:30:00.250Z',
  });
  expect((await own(rig, 'GET', 'latest?channel=chat')).body).toMatchObject({
    preview: 'B',
    from: 'ben',
    to: ['anna'],
  });
});

describe('nothing is imported of a seed with', () => {
  const sms = { from: SENDER, to: PHONES[0], message: 'Hi' };
  const ANNA = { id: '8:acs:anna' };
  const thread = { topic: 'T', participants: [ANNA] };
  const hello = { id: '1', sender: ANNA.id, content: 'Hello' };
  const token = { scopes: ['chat'], issuedOn: '2026-01-15T08:30:00Z', expiresOn: '2026-01-16T08:30:00Z' };
  test.each([
    [{ version: 2 }, 'version'],
    [{}, 'version'],
    [{ version: 1, text: [] }, 'text'],
    [{ version: 1, sms: [sms, { ...sms, to: 'x' }] }, 'sms[1].to'],
    [{ version: 1, threads: [{ ...thread, messages: [hello, hello] }] }, 'threads[0].messages[1].id'],
    [{ version: 1, threads: [thread, { ...thread, participants: [ANNA, ANNA] }] }, 'threads[1].participants[1].id'],
    [{ version: 1, identities: [{ tokens: [{ ...token, number: 2 ** 53 - 1 }] }] }, 'identities[0].tokens[0].number'],
    // more than there is memory for
    [{ version: 1, sms: Array.from({ length: 11 }, () => ({ ...sms, repeats: 10_000 })) }, 'repeats'],
    [{ version: 1, sms: [{ ...sms, direction: 'received', from: 'x' }] }, 'sms[0].from'],
    [
      {
        version: 1,
        sms: [
          { ...sms, id: 'a' },
          { ...sms, id: 'a' },
        ],
      },
      'sms[1].id',
    ],
    [{ version: 1, sms: [{ ...sms, at: 'yesterday' }] }, 'sms[0].at'],
    [{ version: 1, sms: [sms], emails: [{ senderAddress: 'a@b.example' }] }, 'emails[0].content'],
    [{ version: 1, sms: [sms], optOuts: [{ from: SENDER, to: 'x' }] }, 'optOuts[0].to'],
    [{ version: 1, sms: [sms], quotas: { sms: { tollFree: -1 } } }, 'quotas.sms.tollFree'],
    [{ version: 1, sms: [sms], faults: [{ operation: 'x', status: 500 }] }, 'faults[0].operation'],
  ])('%j', async (body, target) => {
    const rig = await rigForTest();
    const answer = await own(rig, 'POST', 'seed', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { target } } });
    expect((await own(rig, 'GET', 'items')).body.total).toBe(0);
  });

  test('an id that is taken', async () => {
    const rig = await rigForTest();
    const body = { version: 1, sms: [{ ...sms, id: 'a' }] };
    expect((await own(rig, 'POST', 'seed', body)).status).toBe(204);
    expect(await own(rig, 'POST', 'seed', body)).toMatchObject({
      status: 400,
      body: { error: { target: 'sms[0].id' } },
    });
  });
});

test('an export that is larger than any request to ACS can be imported', async () => {
  const rig = await rigForTest();
  const email = {
    senderAddress: 'a@b.example',
    content: { subject: 'S', plainText: 'T' },
    recipients: { to: [{ address: 'c@d.example' }] },
    attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: 'eHh4'.repeat(2_000_000) }],
  };
  expect(await own(rig, 'POST', 'seed', { version: 1, emails: [email, email] })).toMatchObject({ status: 204 });
  const { body } = await own(rig, 'GET', 'export');
  const other = await rigForTest();
  expect((await own(other, 'POST', 'seed', body)).status).toBe(204);
  expect((await own(other, 'GET', 'items')).body.total).toBe(2);
});
