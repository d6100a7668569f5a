import { expect, test } from 'vitest';
import type { Email } from '../../../shared/email/email.ts';
import { createEmailStore } from '../../../shared/email/emailStore.ts';
import { newEmail } from '../../../shared/email/merge.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { ID, NOW, OWNER } from './arbitraries.ts';

/** The stores of two processes over one storage, and the calls of both. */
function processes() {
  const { tables } = new MemoryStorage();
  const table = tables.table('emails');
  const calls: string[] = [];
  const [get, transact] = [table.get.bind(table), table.transact.bind(table)];
  table.get = (...row) => {
    calls.push('get');
    return get(...row);
  };
  table.transact = (...changes) => {
    calls.push('transact');
    return transact(...changes);
  };
  return { one: createEmailStore(tables), other: createEmailStore(tables), calls };
}

const create = () => newEmail(ID, OWNER, NOW);
const pollLater = (email: Email | undefined) => email && { ...email, nextPollOn: email.nextPollOn + 1 };

test('an email is created, and changed by the process that created it, with one call each', async () => {
  const { one, calls } = processes();
  await one.change(ID, create, true);
  await one.change(ID, pollLater);
  expect(calls).toEqual(['transact', 'transact']);
  expect((await one.get(ID))?.nextPollOn).toBe(create().nextPollOn + 1);
});

test('emails of one partition that are created at the same time take one call', async () => {
  const { one, calls } = processes();
  const ids = Array.from({ length: 8 }, (_, index) => ID.slice(0, -1) + index);
  await Promise.all(ids.map((id) => one.change(id, () => newEmail(id, OWNER, NOW), true)));
  expect(calls).toEqual(['transact']);
  for (const id of ids) expect(await one.get(id)).toEqual(newEmail(id, OWNER, NOW));
  const due = await one.due('custom', NOW + 3_600_000, 10);
  expect(due.map(({ id }) => id)).toEqual(ids);
});

test('an email that should be new, but is not, is read', async () => {
  const { one, other } = processes();
  await other.change(ID, create);
  const seen: (Email | undefined)[] = [];
  const next = (email: Email | undefined) => {
    seen.push(email);
    return email ?? create();
  };
  await one.change(ID, next, true);
  expect(seen).toEqual([undefined, create()]);
});

test('what another process has changed in the meantime is not lost', async () => {
  const { one, other } = processes();
  await one.change(ID, create, true);
  await other.change(ID, pollLater);
  await one.change(ID, pollLater);
  expect((await other.get(ID))?.nextPollOn).toBe(create().nextPollOn + 2);
});

test('that nothing is to be changed is decided by the latest version', async () => {
  const { one, other } = processes();
  const first = create().nextPollOn;
  await one.change(ID, create, true);
  await other.change(ID, pollLater);
  const reset = (email: Email | undefined) => email && { ...email, nextPollOn: first };
  expect((await one.change(ID, reset))?.nextPollOn).toBe(first);
  expect((await other.get(ID))?.nextPollOn).toBe(first);
});

test('a process that cannot write a row does not assume that it has', async () => {
  const { one, other } = processes();
  await one.change(ID, create, true);
  await other.remove(create());
  expect(await one.change(ID, pollLater)).toBeUndefined();
  expect(await one.get(ID)).toBeUndefined();
});
