import { expect, test } from 'vitest';
import { listSmsOptOuts } from '../../../../functions/sms/listSmsOptOuts.ts';
import { smsOptOutPage } from '../../../../shared/contract/smsOptOuts.ts';
import { anyOperation, KEYS, type Rig, rig } from '../../operation/fixtures.ts';
import { received } from '../../optouts/fixtures.ts';

const OPERATION = anyOperation(listSmsOptOuts);
const OWN = '+18005550100';
const OTHER = '+18005550101';

/** `clerk` sends from one number only. */
const variables = {
  CLIENTS: JSON.stringify([
    { name: 'shop', keys: [KEYS.shop] },
    { name: 'clerk', keys: [KEYS.desk], senders: [OWN] },
  ]),
};

async function withOptOuts(): Promise<Rig> {
  const it = rig({ variables });
  for (const to of [OWN, OTHER]) {
    for (const from of ['+14255550101', '+14255550102'])
      await it.runtime.optOuts.record(received('STOP', { to, from }));
  }
  return it;
}

const list = ({ http }: Rig, query = '', key = KEYS.shop) =>
  http(OPERATION, { target: `/sms/optouts?api-version=2024-03-15${query}`, params: {}, key });

const from = encodeURIComponent;

test('lists page by page, with links to the next', async () => {
  const it = await withOptOuts();
  const first = await list(it, '&maxPageSize=3');
  const { value, nextLink = '' } = smsOptOutPage.parse(first.body);
  expect(value.map((optOut) => [optOut.from, optOut.to])).toEqual([
    [OWN, '+14255550101'],
    [OWN, '+14255550102'],
    [OTHER, '+14255550101'],
  ]);
  const { search, pathname } = new URL(nextLink);
  expect(pathname).toBe('/sms/optouts');
  const last = await list(it, search.replace('?', '&').replace(/&api-version=[^&]*/, ''));
  expect(last.body).toEqual({
    value: [{ from: OTHER, to: '+14255550102', optedOutOn: '2026-01-15T08:30:00.000Z' }],
  });
});

test('a client with senders sees only theirs', async () => {
  const it = await withOptOuts();
  const own = smsOptOutPage.parse((await list(it, '', KEYS.desk)).body);
  expect(own.value.map((optOut) => optOut.from)).toEqual([OWN, OWN]);
  expect(await list(it, `&from=${from(OWN)}`, KEYS.desk)).toMatchObject({ status: 200, body: own });
  expect(await list(it, `&from=${from(OTHER)}`, KEYS.desk)).toMatchObject({
    status: 403,
    body: { error: { code: 'Forbidden', target: 'from' } },
  });
});

test.each(['&from=1', '&maxPageSize=0', '&maxPageSize=1001', '&top=1'])('refuses %s', async (query) => {
  expect(await list(await withOptOuts(), query)).toMatchObject({
    status: 400,
    body: { error: { code: 'InvalidRequest' } },
  });
});
