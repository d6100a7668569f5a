import { describe, expect, test } from 'vitest';
import { addSmsOptOuts } from '../../../../functions/sms/addSmsOptOuts.ts';
import { removeSmsOptOuts } from '../../../../functions/sms/removeSmsOptOuts.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { received } from '../../optouts/fixtures.ts';
import { ANNA, BEN, FAILED, FROM, INVALID, lost, type OptOutRig, optOutRig } from './optOutService.ts';

const OPERATION = anyOperation(removeSmsOptOuts);
const ADD = anyOperation(addSmsOptOuts);
const FAILING = '+14255550500';

function pass(it: OptOutRig, milliseconds = 1000): void {
  it.clock.date = new Date(it.clock.date.getTime() + milliseconds);
}

const stop = (it: OptOutRig, from = ANNA) =>
  it.runtime.optOuts.record(received('STOP', { from, receivedOn: it.clock.date.getTime() }));

test('opts back in whom ACS accepted, and no one else', async () => {
  const it = optOutRig();
  for (const number of [ANNA, BEN, FAILING]) await stop(it, number);
  pass(it);
  expect(await it.call(OPERATION, [ANNA, FAILING])).toMatchObject({
    status: 200,
    body: {
      value: [
        { to: ANNA, httpStatusCode: 200 },
        { to: FAILING, ...FAILED },
      ],
    },
  });
  expect(it.sent).toMatchObject([{ path: '/sms/optouts:remove' }]);
  expect(await it.blocked(ANNA, BEN, FAILING)).toEqual([BEN, FAILING]);
});

test('what was added can be removed', async () => {
  const it = optOutRig();
  await it.call(ADD, [ANNA]);
  pass(it);
  await it.call(OPERATION, [ANNA]);
  expect(await it.blocked(ANNA)).toEqual([]);
  expect(it.service.optedOut).toEqual(new Set());
});

describe('a person is never sent to after opting out', () => {
  test('if she sends STOP while the call is in progress, whichever arrives first', async () => {
    for (const arrives of ['during', 'after']) {
      const it = optOutRig();
      await stop(it);
      pass(it);
      let again: Promise<unknown> = Promise.resolve();
      it.service.onEffect = async () => {
        pass(it, 1);
        if (arrives === 'during') await stop(it);
        pass(it, 1);
      };
      const stoppedOn = it.clock.date.getTime() + 1;
      await it.call(OPERATION, [ANNA]);
      pass(it);
      if (arrives === 'after') {
        again = it.runtime.optOuts.record(received('STOP', { from: ANNA, receivedOn: stoppedOn }));
      }
      await again;
      expect(await it.blocked(ANNA), arrives).toEqual([ANNA]);
    }
  });

  test('if she sends STOP after the call, and the clock of ACS is behind', async () => {
    for (const wasAdded of [true, false]) {
      const it = optOutRig();
      await (wasAdded ? it.call(ADD, [ANNA]) : stop(it));
      pass(it);
      await it.call(OPERATION, [ANNA]);
      expect(await it.blocked(ANNA)).toEqual([]);
      pass(it);
      const receivedOn = it.clock.date.getTime() - 3000;
      await it.runtime.optOuts.record(received('STOP', { from: ANNA, receivedOn }));
      expect(await it.blocked(ANNA)).toEqual([ANNA]);
    }
  });

  test('if she sends STOP during the call although her opt-out was known, and the clock of ACS is behind', async () => {
    const it = optOutRig();
    await it.call(ADD, [ANNA]);
    pass(it);
    it.service.onEffect = async () => {
      pass(it);
      const receivedOn = it.clock.date.getTime() - 3000; // before the opt-out that is known
      await it.runtime.optOuts.record(received('STOP', { from: ANNA, receivedOn }));
    };
    await it.call(OPERATION, [ANNA]);
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
  });

  test('if the process dies after ACS has removed the opt-out', async () => {
    const it = optOutRig();
    await stop(it);
    pass(it);
    const table = it.storage.tables.table('smsoptouts');
    const transact = table.transact.bind(table);
    table.transact = () => Promise.reject(new Error('the process dies'));
    const headers = { 'idempotency-key': 'k1' };
    expect((await it.call(OPERATION, [ANNA], { headers })).status).toBe(500);
    table.transact = transact;
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
    // The repetition would undo a STOP that came since.
    expect(await it.call(OPERATION, [ANNA], { headers })).toMatchObject({
      status: 504,
      body: { error: { code: 'UpstreamInDoubt' } },
    });
    expect(it.sent).toHaveLength(1);
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
    pass(it);
    expect((await it.call(OPERATION, [ANNA], { headers: { 'idempotency-key': 'k2' } })).status).toBe(200);
    expect(await it.blocked(ANNA)).toEqual([]);
  });

  test('if the answer of ACS is lost, and the caller or the queue repeats the call', async () => {
    const it = optOutRig({ acs: lost });
    await stop(it);
    pass(it);
    const headers = { 'idempotency-key': 'k1' };
    for (const _ of [1, 2]) {
      expect(await it.call(OPERATION, [ANNA], { headers })).toMatchObject({ status: 504 });
    }
    expect(it.sent).toHaveLength(1);
    expect(it.sent[0]).toMatchObject({ repetition: 'doubles' });
    await it.deliver(OPERATION, { id: 'm1', client: 'shop', body: { from: FROM, recipients: [{ to: ANNA }] } });
    expect(it.storage.messages('outcomes')).toMatchObject([{ httpstatus: 504 }]);
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
  });

  test('if her number is spelled such that it may mean several: ACS is not asked to remove any', async () => {
    const to = '4255550101';
    const it = optOutRig();
    for (const number of [ANNA, BEN]) await stop(it, number);
    pass(it);
    expect(await it.call(OPERATION, [to, BEN])).toMatchObject({
      body: {
        value: [
          { to, ...INVALID },
          { to: BEN, httpStatusCode: 200 },
        ],
      },
    });
    expect(await it.call(OPERATION, [to])).toMatchObject({ status: 200, body: { value: [{ to, ...INVALID }] } });
    expect(it.sent).toMatchObject([{ body: { recipients: [{ to: BEN }] } }]);
    expect(await it.blocked(ANNA, BEN)).toEqual([ANNA]);
  });
});

test('frees those whom ACS confirms, whatever the order of its items, and no one else', async () => {
  const other = '+14255550104';
  const it = optOutRig({
    acs: () => ({ body: { value: [other, BEN].map((to) => ({ to, httpStatusCode: 200 })) } }),
  });
  for (const number of [ANNA, BEN, other]) await stop(it, number);
  pass(it);
  expect(await it.call(OPERATION, [ANNA, BEN])).toMatchObject({
    body: { value: [{ to: ANNA, httpStatusCode: 500 }, { to: BEN, httpStatusCode: 200 }, { to: other }] },
  });
  expect(await it.blocked(ANNA, BEN, other)).toEqual([ANNA, other]);
});

test('is refused for a sender or a recipient that the client may not use', async () => {
  const CLIENTS = JSON.stringify([{ name: 'clerk', keys: [KEYS.desk], senders: [FROM], recipients: [BEN] }]);
  const it = optOutRig({ variables: { CLIENTS } });
  await stop(it);
  pass(it);
  expect((await it.call(OPERATION, [BEN], { key: KEYS.desk, from: '+18005550101' })).status).toBe(403);
  expect(await it.call(OPERATION, [ANNA], { key: KEYS.desk })).toMatchObject({
    body: { value: [{ to: ANNA, httpStatusCode: 403, errorMessage: 'DestinationNotAllowed' }] },
  });
  expect(it.sent).toEqual([]);
  expect(await it.blocked(ANNA)).toEqual([ANNA]);
});
