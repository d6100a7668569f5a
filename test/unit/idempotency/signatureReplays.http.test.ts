import { InvocationContext } from '@azure/functions';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { SignatureReplays } from '../../../shared/idempotency/signatureReplays.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { serveHttp } from '../../../shared/operation/http.ts';
import { greeting, httpRequest, NOW, type Rig, rig, type Sent } from '../operation/fixtures.ts';

const BODY = { from: '+18005550100' };
const USED = { status: 401, body: { error: { code: 'Denied' } } };

/** Serves a request in another process, which shares the storage and has seen no signature. */
async function elsewhere({ runtime }: Rig, operation: AnyOperation, sent: Sent): Promise<void> {
  const other = { ...runtime, replays: new SignatureReplays(() => NOW.getTime()) };
  await serveHttp(operation, httpRequest(operation, sent), new InvocationContext(), () => other);
}

/** An operation that writes down the id under which ACS would see each of its runs. */
function writing(more: Partial<AnyOperation>): { readonly operation: AnyOperation; readonly ids: string[] } {
  const ids: string[] = [];
  const run = async (_: unknown, context: { ids: { uuid(part: string): string } }) => {
    ids.push(context.ids.uuid('part'));
    return {};
  };
  return { operation: greeting(run, more), ids };
}

test('a message of one signature has the same ids in every process', async () => {
  const { operation, ids } = writing({ isSending: true });
  const one = rig();
  await elsewhere(one, operation, { body: BODY, signedOn: NOW });
  await elsewhere(one, operation, { body: BODY, signedOn: NOW });
  await elsewhere(one, operation, { body: BODY, signedOn: new Date(NOW.getTime() + 1000) });
  expect(ids).toHaveLength(3);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('other operations have new ids for each request: equal ones of a second are not one', async () => {
  const { operation, ids } = writing({});
  const one = rig();
  for (const _time of [1, 2]) await elsewhere(one, operation, { body: BODY, signedOn: NOW });
  expect(new Set(ids).size).toBe(2);
});

test('one process carries out one signature once; reads, and what is signed anew, as often as they come', async () => {
  const { operation, ids } = writing({});
  const { http } = rig();
  const sent = { body: BODY, signedOn: NOW };
  expect(await http(operation, sent)).toMatchObject({ status: 200 });
  expect(await http(operation, sent)).toMatchObject(USED);
  expect(await http(operation, { ...sent, signedOn: new Date(NOW.getTime() + 1000) })).toMatchObject({ status: 200 });
  expect(ids).toHaveLength(2);
  const read = greeting(async () => ({}), {
    http: { method: 'GET', route: 'greetings' },
    params: z.object({}),
    body: { schema: z.unknown() },
    permissions: {},
  });
  for (const _time of [1, 2]) expect(await http(read, { signedOn: NOW })).toMatchObject({ status: 200 });
});
