import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SendSmsRequest } from '../../../shared/contract/sms.ts';
import { type SmsRules, sendToAllowed } from '../../../shared/optouts/sendToAllowed.ts';
import { fakeSession } from '../acs/fixtures.ts';
import { sentBody } from '../smsbatch/fixtures.ts';
import { NOW, SENDER } from './fixtures.ts';

const repeatability = {
  requestId: (index: number) => `0f8b5c3e-5d0e-4f5e-9a53-${String(index).padStart(12, '0')}`,
  firstSent: new Date(NOW),
  assertMayStart: () => undefined,
};

const item = (to: string) => ({ to, messageId: `Outgoing_${to}`, httpStatusCode: 202, successful: true });
const refused = (to: string) => ({ to, httpStatusCode: 400, successful: false, errorMessage: 'OptedOut' });

interface Answering {
  /** ACS answers for the last ones of the recipients with nothing. */
  readonly silence?: number;
  /** What ACS answers instead. */
  readonly value?: readonly object[];
  /** The positions that were refunded, by call. */
  readonly refunds?: number[][];
  readonly onCharge?: () => void;
  readonly mayReach?: SmsRules['mayReach'];
}

/** Sends to these numbers, of whom some have opted out. */
async function send(
  numbers: readonly string[],
  out: Iterable<string>,
  { silence = 0, value: given, refunds = [], onCharge = () => undefined, mayReach = () => undefined }: Answering = {},
) {
  const rules: SmsRules = {
    optOuts: { optedOut: async () => new Set(out) },
    mayReach,
    charge: async () => {
      onCharge();
      return { refused: new Set(), refund: async (positions) => void refunds.push([...positions]) };
    },
  };
  const acs = fakeSession(({ body }) => {
    const value = sentBody.parse(body).smsRecipients.map(({ to }) => item(to));
    return { status: 202, body: { value: given ?? value.slice(0, value.length - silence), more: 1 } };
  });
  const request: SendSmsRequest = { from: SENDER, message: 'Hello', smsRecipients: numbers.map((to) => ({ to })) };
  const result = await sendToAllowed(acs, rules, request, repeatability);
  return { result, requests: acs.sent.map(({ body }) => sentBody.parse(body).smsRecipients) };
}

const numbers = fc.array(fc.constantFrom<string>('+14255550101', '+14255550102', '+14255550103', '+14255550104'), {
  minLength: 1,
  maxLength: 8,
});

test('every recipient has an item in the order of the request, and ids do not depend on recipients left out', async () => {
  await fc.assert(
    fc.asyncProperty(
      numbers,
      fc.uniqueArray(fc.constantFrom<string>('+14255550101', '+14255550103')),
      async (all, out) => {
        const { result, requests } = await send(all, out);
        expect(result.value).toEqual(all.map((to) => (out.includes(to) ? refused(to) : item(to))));
        const expected = all.map((to, index) => ({ to, repeatabilityRequestId: repeatability.requestId(index) }));
        const sent = expected.filter(({ to }) => !out.includes(to));
        expect(requests).toMatchObject(sent.length === 0 ? [] : [sent]);
      },
    ),
  );
});

test('a recipient for whom ACS answers nothing has an item that leaves open whether it was sent to', async () => {
  const { result } = await send(['+1', '+2', '+3', '+4'], ['+2'], { silence: 1 });
  const missing = {
    to: '+4',
    httpStatusCode: 500,
    successful: false,
    errorMessage: expect.stringContaining('may have'),
  };
  expect(result).toEqual({ value: [item('+1'), refused('+2'), item('+3'), missing], more: 1 });
});

test('items of ACS in another order, and of no recipient, are told apart by their numbers', async () => {
  const refunds: number[][] = [];
  const failed = { to: '+14255550101', httpStatusCode: 400, successful: false };
  const other = item('+14255550199');
  const value = [other, item('+1 (425) 555-0103'), item('+14255550102'), failed];
  const { result } = await send(['+14255550101', '+14255550102', '+14255550103'], [], { value, refunds });
  expect(result.value).toEqual([failed, item('+14255550102'), item('+1 (425) 555-0103'), other]);
  expect(refunds.flat()).toEqual([0]);
});

test('whoever opts out while the client’s limits are checked gets nothing, and is not counted', async () => {
  const out = new Set<string>();
  const refunds: number[][] = [];
  const onCharge = () => out.add('+14255550102');
  const { result, requests } = await send(['+14255550101', '+14255550102', '+14255550103'], out, { refunds, onCharge });
  expect(result.value).toEqual([item('+14255550101'), refused('+14255550102'), item('+14255550103')]);
  expect(requests).toMatchObject([[{ to: '+14255550101' }, { to: '+14255550103' }]]);
  expect(refunds.flat()).toEqual([1]);
});

test('nothing is sent if everybody has opted out by then', async () => {
  const out = new Set<string>();
  const refunds: number[][] = [];
  const { result, requests } = await send(['+14255550101'], out, { refunds, onCharge: () => out.add('+14255550101') });
  expect([result.value, requests, refunds.flat()]).toEqual([[refused('+14255550101')], [], [0]]);
});

test('recipients that the client may not send to are refused', async () => {
  const mayReach = (to: string) => (to === '+14255550102' ? undefined : 'not listed');
  const { result, requests } = await send(['+14255550101', '+14255550102'], [], { mayReach });
  const other = { to: '+14255550101', httpStatusCode: 403, successful: false };
  expect(result.value).toEqual([{ ...other, errorMessage: 'DestinationNotAllowed' }, item('+14255550102')]);
  expect(requests).toMatchObject([[{ to: '+14255550102' }]]);
});
