import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Rig, SMS, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

beforeEach(async () => {
  await rig.call('DELETE', '/_emulator', { key: null });
});

afterAll(() => rig.close());

interface Recipient {
  readonly to: string;
  readonly repeatabilityRequestId?: string;
  readonly repeatabilityFirstSent?: string;
}

async function send(smsRecipients: readonly Recipient[], message = 'Hello') {
  const { body } = await rig.call('POST', SMS, { body: { from: '+18005550100', smsRecipients, message } });
  return body.value;
}

async function stats() {
  return (await rig.call('GET', '/_emulator/sms/stats', { key: null })).body;
}

function recipient(changes: Partial<Recipient> = {}): Recipient {
  return {
    to: '+14255550123',
    repeatabilityRequestId: randomUUID(),
    repeatabilityFirstSent: rig.clock.rfc1123(),
    ...changes,
  };
}

test('a repeated id returns the first result and is sent once', async () => {
  const wanted = recipient();
  const [first] = await send([wanted]);
  expect(first).toMatchObject({ httpStatusCode: 202, repeatabilityResult: 'accepted', successful: true });
  expect(await send([wanted])).toEqual([first]);
  expect(await stats()).toMatchObject({ requests: 2, accepted: 2, delivered: 1, repeatsSuppressed: 1 });
});

test.each([
  ['lower', 'upper'],
  ['upper', 'lower'],
] as const)('the case of an id does not matter: %s, then %s', async (...cases) => {
  const wanted = recipient();
  const id = wanted.repeatabilityRequestId ?? '';
  const spellings = { lower: id.toLowerCase(), upper: id.toUpperCase() };
  for (const spelling of cases) await send([{ ...wanted, repeatabilityRequestId: spellings[spelling] }]);
  expect(await stats()).toMatchObject({ delivered: 1 });
});

test('an id that was used for a different request is rejected', async () => {
  const wanted = recipient();
  await send([wanted]);
  const rejected = { httpStatusCode: 400, repeatabilityResult: 'rejected', successful: false };
  expect(await send([{ ...wanted, to: '+14255550199' }])).toMatchObject([rejected]);
  expect(await send([wanted], 'Another text')).toMatchObject([rejected]);
  expect(await stats()).toMatchObject({ delivered: 1 });
});

test.each([
  { repeatabilityFirstSent: 'yesterday' },
  { repeatabilityFirstSent: '2026-01-15T08:30:00Z' },
  { repeatabilityRequestId: 'not-a-uuid' },
])('%j is rejected for that recipient only', async (changes) => {
  const results = await send([recipient(changes), recipient()]);
  expect(results).toMatchObject([
    { httpStatusCode: 400, repeatabilityResult: 'rejected', successful: false },
    { httpStatusCode: 202 },
  ]);
  expect(results[0].messageId).toBeUndefined();
});

test('an id without first-sent is rejected', async () => {
  const results = await send([{ to: '+14255550123', repeatabilityRequestId: randomUUID() }]);
  expect(results).toMatchObject([{ httpStatusCode: 400, repeatabilityResult: 'rejected' }]);
});

test.each([
  [-301_000, 412],
  [-299_000, 202],
  [299_000, 202],
  [302_000, 412],
])('first-sent %i ms from now is %i', async (offset, httpStatusCode) => {
  const results = await send([recipient({ repeatabilityFirstSent: rig.clock.rfc1123(offset) })]);
  expect(results).toMatchObject([{ httpStatusCode }]);
});

test('a repeat after the window is rejected, not sent again', async () => {
  const wanted = recipient();
  await send([wanted]);
  rig.clock.advance(5 * 60_000 + 1000);
  expect(await send([wanted])).toMatchObject([{ httpStatusCode: 412, repeatabilityResult: 'rejected' }]);
  expect(await stats()).toMatchObject({ delivered: 1 });
});

test('repeats in any order, number and timing lead to one delivery per id', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(7), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 10 }),
      fc.nat(20_000),
      async (requests, paceMilliseconds) => {
        await rig.call('DELETE', '/_emulator', { key: null });
        const recipients = Array.from({ length: 8 }, (_, index) => recipient({ to: `+1425555010${index}` }));
        const messageIds = new Map<string, Set<string>>();
        for (const picks of requests) {
          const results = await send(
            recipients.flatMap((wanted, index) => picks.filter((pick) => pick === index).map(() => wanted)),
          );
          for (const { to, messageId } of results) {
            messageIds.set(to, (messageIds.get(to) ?? new Set()).add(messageId));
          }
          rig.clock.advance(paceMilliseconds);
        }
        const used = new Set(requests.flat()).size;
        expect([...messageIds.values()].map((ids) => ids.size)).toEqual(Array.from({ length: used }, () => 1));
        const asked = requests.flat().length;
        expect(await stats()).toMatchObject({ accepted: asked, delivered: used, repeatsSuppressed: asked - used });
      },
    ),
    { numRuns: 40 },
  );
});
