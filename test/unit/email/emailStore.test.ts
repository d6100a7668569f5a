import { expect, test } from 'vitest';
import { createEmailStore } from '../../../shared/email/emailStore.ts';
import { merge, newEmail, withoutOwner } from '../../../shared/email/merge.ts';
import { allRows } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { ID, NOW, OWNER } from './arbitraries.ts';

/** The partition of `ID` by the rule of the first version: its first eight digits modulo four. */
const PARTITION = 'mails-0';
const EVERY = { from: '', before: '~' };

/** A row as the first version wrote it. */
const STORED = {
  ...{ id: ID, owner: { client: 'shop', sender: 'news@contoso.com', kind: 'custom', subject: 'order-1' } },
  ...{ acceptedOn: NOW, state: 'Succeeded', nextLookOn: NOW + 60_000, deliveries: {} },
  ...{ owed: [{ result: 'succeeded' }], tellOn: NOW + 60_000 },
};

function rig() {
  const { tables } = new MemoryStorage();
  return { emails: createEmailStore(tables), table: tables.table('emails') };
}

test('rows keep the names of the first version', async () => {
  const { emails, table } = rig();
  const operation = { id: ID, status: 'Succeeded' as const };
  await emails.change(ID, () => newEmail(ID, OWNER, NOW));
  const inProgress = await allRows(table.list(PARTITION, EVERY));
  expect(inProgress.map(({ rowKey }) => rowKey)).toEqual([`custom-${NOW + 60_000}-${ID}`, `mail-${ID}`]);
  await emails.change(ID, (it) => it && merge(it, { kind: 'polled', operation, retryAfterSeconds: 0 }, NOW));
  const [email, lane, ...others] = await allRows(table.list(PARTITION, EVERY));
  expect(others).toEqual([]);
  expect(lane).toMatchObject({ rowKey: `tell-${NOW + 60_000}-${ID}`, values: { id: ID } });
  const { mail0, ...columns } = email?.values ?? {};
  expect(columns).toEqual({ state: 'Succeeded', client: 'shop', sender: 'news@contoso.com', mailPieces: 1 });
  expect(JSON.parse(String(mail0))).toEqual(STORED);
});

test('a report without an owner is stored in the lane that the first version deleted from', async () => {
  const { emails, table } = rig();
  await emails.change(ID, () => withoutOwner(ID, NOW));
  const keys = (await allRows(table.list(PARTITION, EVERY))).map(({ rowKey }) => rowKey);
  expect(keys).toEqual([`forget-${NOW + 86_400_000}-${ID}`, `mail-${ID}`]);
});

test('a row that the first version wrote is read', async () => {
  const { emails, table } = rig();
  await table.insert(PARTITION, `mail-${ID}`, { state: 'x', mailPieces: 1, mail0: JSON.stringify(STORED) });
  expect(await emails.get(ID)).toEqual({
    ...{ id: ID, owner: STORED.owner, acceptedOn: NOW, state: 'Succeeded', nextPollOn: NOW + 60_000, deliveries: {} },
    ...{ pending: [{ result: 'succeeded' }], emitOn: NOW + 60_000 },
  });
});
