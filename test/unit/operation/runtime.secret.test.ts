import { expect, test, vi } from 'vitest';
import { SECRET_TABLE } from '../../../shared/secret/serverSecret.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { greeting, rig } from './fixtures.ts';

const BODY = { from: '+18005550100' };

test('a process reads the server secret once, whatever it does, and only when something needs it', async () => {
  const { http, deliver, runtime, storage } = rig();
  const read = vi.spyOn(storage.tables.table(SECRET_TABLE), 'get');
  await http(greeting(), { body: BODY });
  expect(read).toHaveBeenCalledTimes(0);
  const call = () => http(greeting(), { body: BODY, headers: { 'idempotency-key': crypto.randomUUID() } });
  await Promise.all([call(), call(), deliver(greeting(), { params: { name: 'Anna' }, body: BODY })]);
  const request = { from: '+18005550100', message: 'Hello', recipients: ['+14255550123'] };
  await submitBatch(runtime.smsBatches, { id: crypto.randomUUID(), client: 'shop', request });
  await call();
  expect(read).toHaveBeenCalledTimes(1);
});
