import { expect, test } from 'vitest';
import { addSmsOptOuts } from '../../../../functions/sms/addSmsOptOuts.ts';
import { checkSmsOptOuts } from '../../../../functions/sms/checkSmsOptOuts.ts';
import { removeSmsOptOuts } from '../../../../functions/sms/removeSmsOptOuts.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { received } from '../../optouts/fixtures.ts';
import { ANNA, BEN, FAILED, FROM, INVALID, type OptOutRig, optOutRig } from './optOutService.ts';

const OPERATION = anyOperation(checkSmsOptOuts);
const item = (to: string, isOptedOut: boolean) => ({ to, httpStatusCode: 200, isOptedOut });
const FAILING = '+14255550500';

test('a recipient has opted out if ACS or Switchboard says so', async () => {
  const it = optOutRig({ variables: { SMS_OPT_OUT_KEYWORDS: 'ARRET' } });
  it.service.optedOut.add(ANNA); // at ACS itself
  await it.runtime.optOuts.record(received('Arrêt', { from: BEN })); // not a keyword of ACS
  const neither = '+14255550103';
  const { status, body } = await it.call(OPERATION, [ANNA, BEN, neither, '+123']);
  expect([status, body]).toEqual([
    200,
    { value: [item(ANNA, true), item(BEN, true), item(neither, false), { to: '+123', ...INVALID }] },
  ]);
  expect(it.sent).toMatchObject([{ path: '/sms/optouts:check', repetition: 'harmless' }]);
});

test('opt-outs that only ACS knew are recorded, those that only Switchboard knows are kept', async () => {
  const it = optOutRig();
  it.service.optedOut.add(ANNA);
  await it.runtime.optOuts.record(received('STOP', { from: BEN }));
  expect(await it.blocked(ANNA, BEN)).toEqual([BEN]);
  await it.call(OPERATION, [ANNA, BEN]);
  expect(await it.blocked(ANNA, BEN)).toEqual([ANNA, BEN]);
});

test('a START that arrives while ACS is asked prevails over its answer', async () => {
  const it = optOutRig();
  it.service.optedOut.add(ANNA);
  it.service.onEffect = async () => {
    it.clock.date = new Date(it.clock.date.getTime() + 5);
    await it.runtime.optOuts.record(received('START', { from: ANNA, receivedOn: it.clock.date.getTime() }));
  };
  await it.call(OPERATION, [ANNA]);
  expect(await it.blocked(ANNA)).toEqual([]);
});

// https://github.com/Azure/azure-sdk-for-js/issues/33153: live tests that check right after a removal find the opt-out
test.each([
  ['a removal', (it: OptOutRig) => it.call(anyOperation(removeSmsOptOuts), [ANNA])],
  [
    'a START',
    (it: OptOutRig) =>
      it.runtime.optOuts.record(received('START', { from: ANNA, receivedOn: it.clock.date.getTime() })),
  ],
])('an answer of ACS that does not reflect %s yet does not opt the recipient out again', async (_what, optIn) => {
  const it = optOutRig();
  await it.call(anyOperation(addSmsOptOuts), [ANNA]);
  it.pass(1000);
  await optIn(it);
  it.service.optedOut.add(ANNA); // ACS has not caught up
  it.pass(60_000);
  expect(await it.call(OPERATION, [ANNA])).toMatchObject({ body: { value: [item(ANNA, true)] } });
  expect(await it.blocked(ANNA)).toEqual([]);
  it.pass(3_600_000); // a new opt-out
  await it.call(OPERATION, [ANNA]);
  expect(await it.blocked(ANNA)).toEqual([ANNA]);
});

test('where ACS fails for a recipient, Switchboard’s own opt-out is returned with its error', async () => {
  const it = optOutRig();
  const failingToo = '+14255551500';
  await it.runtime.optOuts.record(received('STOP', { from: FAILING }));
  expect((await it.call(OPERATION, [FAILING, failingToo])).body).toEqual({
    value: [
      { to: FAILING, ...FAILED, isOptedOut: true },
      { to: failingToo, ...FAILED },
    ],
  });
});

test('where ACS fails as a whole, so does the check', async () => {
  const it = optOutRig({ acs: () => ({ body: { value: 'none' } }) });
  expect(await it.call(OPERATION, [ANNA])).toMatchObject({ status: 502 });
});

test('is a read: it is not audited, and takes no note of a recipient who has not opted out', async () => {
  const it = optOutRig({ variables: { AUDIT_RETENTION_DAYS: '30' } });
  await it.call(OPERATION, [ANNA]);
  expect(it.storage.contents()).not.toContain(ANNA.slice(1));
  expect(it.storage.contents()).not.toContain('checkSmsOptOuts');
});

test('asks ACS each time, also under the same key and signature', async () => {
  const it = optOutRig();
  const headers = { 'idempotency-key': 'check-1' };
  expect((await it.call(OPERATION, [ANNA], { headers })).body).toEqual({ value: [item(ANNA, false)] });
  it.service.optedOut.add(ANNA);
  expect((await it.call(OPERATION, [ANNA], { headers })).body).toEqual({ value: [item(ANNA, true)] });
});

test('discloses nothing about recipients and senders of other clients', async () => {
  const CLIENTS = JSON.stringify([
    { name: 'clerk', keys: [KEYS.desk], senders: [FROM], recipients: [BEN] },
    { name: 'shop', keys: [KEYS.shop] },
  ]);
  const it = optOutRig({ variables: { CLIENTS } });
  await it.call(anyOperation(addSmsOptOuts), [ANNA]);
  expect((await it.call(OPERATION, [ANNA, BEN], { key: KEYS.desk })).body).toEqual({
    value: [{ to: ANNA, httpStatusCode: 403, errorMessage: 'DestinationNotAllowed' }, item(BEN, false)],
  });
  expect((await it.call(OPERATION, [BEN], { key: KEYS.desk, from: 'CONTOSO' })).status).toBe(403);
});

test('works over its queue', async () => {
  const it = optOutRig();
  await it.deliver(OPERATION, { id: 'm1', client: 'shop', body: { from: FROM, recipients: [{ to: ANNA }] } });
  expect(it.storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.checkSmsOptOuts.succeeded', data: { value: [item(ANNA, false)] } },
  ]);
});
