import { expect, test } from 'vitest';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { listAuditEntries } from '../../../../functions/system/listAuditEntries.ts';
import { auditEntryPage } from '../../../../shared/contract/audit.ts';
import { anyOperation, KEYS, type Rig, rig } from '../../operation/fixtures.ts';
import { accepts, FROM, numbers } from '../sms/limitedshop.ts';

const variables = {
  AUDIT_RETENTION_DAYS: '365',
  CLIENTS: JSON.stringify([
    { name: 'shop', keys: [KEYS.shop] },
    { name: 'desk', keys: [KEYS.desk] },
    { name: 'office', keys: [KEYS.office], allow: ['listAuditEntries', 'operator'] },
  ]),
};

/** `shop` has sent twice, `desk` once. */
async function audited(): Promise<Rig> {
  const it = rig({ acs: ({ body }) => accepts(body), variables });
  for (const key of [KEYS.shop, KEYS.desk, KEYS.shop]) {
    const body = { from: FROM, smsRecipients: numbers(2).map((to) => ({ to })), message: 'Hello' };
    await it.http(anyOperation(sendSms), { target: '/sms?api-version=2024-03-15', params: {}, key, body });
  }
  return it;
}

async function list({ http }: Rig, key: string, query = '') {
  const target = `/audit?api-version=2024-03-15${query}`;
  return auditEntryPage.parse((await http(anyOperation(listAuditEntries), { target, params: {}, key })).body);
}

const clientsOf = ({ value }: Awaited<ReturnType<typeof list>>) => value.map(({ client }) => client);

test('shows a client its own entries, with counts instead of numbers', async () => {
  const it = await audited();
  const page = await list(it, KEYS.shop, '&operation=sendSms');
  expect(page.value).toMatchObject(
    Array.from({ length: 2 }, () => ({
      ...{ client: 'shop', trigger: 'http', operation: 'sendSms', status: 202 },
      recipients: { accepted: 2, refused: 0 },
    })),
  );
  expect(JSON.stringify(page)).not.toContain(numbers(1)[0]);
});

test('shows an operator the entries of all clients, or of one', async () => {
  const it = await audited();
  expect(clientsOf(await list(it, KEYS.office, '&operation=sendSms')).sort()).toEqual(['desk', 'shop', 'shop']);
  expect(clientsOf(await list(it, KEYS.office, '&operation=sendSms&client=desk'))).toEqual(['desk']);
});

test('links from page to page, and keeps the filter in the link', async () => {
  const it = await audited();
  const first = await list(it, KEYS.shop, '&operation=sendSms&maxPageSize=1');
  const { pathname, searchParams } = new URL(first.nextLink ?? '');
  expect([pathname, searchParams.get('operation')]).toEqual(['/audit', 'sendSms']);
  const rest = await list(it, KEYS.shop, `&operation=sendSms&maxPageSize=1&after=${searchParams.get('after')}`);
  expect(rest.value).toHaveLength(1);
  expect(rest.value).not.toEqual(first.value);
});
