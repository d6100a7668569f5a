import { expect, test } from 'vitest';
import { getEmailOperation } from '../../../../functions/email/getEmailOperation.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';

const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const call = (operationId: string, body: object, headers: Record<string, string> = {}) =>
  rig({ acs: () => ({ body, headers }) }).http(anyOperation(getEmailOperation), {
    ...{ target: `/emails/operations/${operationId}?api-version=2024-03-15`, params: { operationId } },
  });

test('a mail under way is to be asked for again later', async () => {
  expect(await call(ID, { id: ID, status: 'Running' }, { 'retry-after': '30' })).toMatchObject({
    ...{ status: 200, headers: { 'retry-after': '30' }, body: { id: ID, status: 'Running' } },
  });
});

test('a failed mail is a 200 with its reason', async () => {
  const body = { id: ID, status: 'Failed', error: { code: 'EmailDropped', message: 'Dropped.' } };
  const answer = await call(ID, body);
  expect(answer).toMatchObject({ status: 200, body });
  expect(answer.headers).not.toHaveProperty('retry-after');
});

test('what is no operation id is told', async () => {
  expect(await call('latest', {})).toMatchObject({ status: 400, body: { error: { target: 'operationId' } } });
});
