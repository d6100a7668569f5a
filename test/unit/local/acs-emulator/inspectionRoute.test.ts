import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Context } from '../../../../infra/local/acs-emulator/context.ts';
import {
  inspectionRoute,
  inspectionRoutes,
  partyParameter,
  wholeNumber,
} from '../../../../infra/local/acs-emulator/inspection/inspectionRoute.ts';

const [route] = inspectionRoutes({
  change: inspectionRoute({
    method: 'PUT',
    path: '/_emulator/change',
    summary: 'Changes it.',
    query: z.object({ to: partyParameter.optional(), top: wholeNumber(1, 1000).optional() }),
    body: z.strictObject({
      faults: z.array(z.strictObject({ status: z.union([z.literal('reset'), z.int()]), count: z.int().optional() })),
      clock: z.union([z.strictObject({ advanceSeconds: z.number() }), z.strictObject({ now: z.string() })]).optional(),
    }),
    handle: ({ query, body }) => ({ status: 200, body: { query, body } }),
  }),
});

async function call(query: string, body: unknown = { faults: [] }) {
  const handle = async () =>
    route?.handle(
      {
        ...{ method: 'PUT', target: '', params: {}, header: () => undefined, baseUrl: '', apiVersion: '', userId: '' },
        ended: () => new AbortController().signal,
        query: new URLSearchParams(query),
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      },
      {} as Context,
    );
  return handle().catch((error: unknown) => error);
}

function refused(target: string) {
  return { status: 400, code: 'BadRequest', body: { error: { target } } };
}

test('a route has the name of its entry', () => {
  expect(route).toMatchObject({ name: 'change', service: 'emulator', auth: 'none', method: 'PUT' });
});

describe('a query', () => {
  test('is read; a + that was not escaped stays', async () => {
    const query = { to: '+14255550123', top: 1000 };
    expect(await call('to=+14255550123&top=1000&mailbox=mine')).toMatchObject({ body: { query } });
    expect(await call('to=%2B14255550123&top=1000&mailbox=mine')).toMatchObject({ body: { query } });
  });

  test.each([
    ['time=1', 'time'],
    ['top=', 'top'],
    ['top=0', 'top'],
    ['top=1001', 'top'],
    ['top=1e3', 'top'],
    ['top=-1', 'top'],
    ['top=1&top=2', 'top'],
    ['__proto__=1', '__proto__'],
  ])('is refused with the parameter: %s', async (query, target) => {
    expect(await call(query)).toMatchObject(refused(target));
  });
});

describe('a body', () => {
  test.each([
    [{ faults: [], times: 1 }, 'times'],
    [{ faults: [{ status: 'reset', times: 1 }] }, 'faults[0].times'],
    [{ faults: [{ status: 'reset' }, { status: 'rest' }] }, 'faults[1].status'],
    [{ faults: {} }, 'faults'],
    [{}, 'faults'],
    [{ faults: [], clock: { advanceSeconds: 'x' } }, 'clock.advanceSeconds'],
    ['{"faults":[],"__proto__":1}', '__proto__'],
  ])('is refused with the member: %j', async (body, target) => {
    expect(await call('', body)).toMatchObject(refused(target));
  });

  test.each(['[]', '1', '{'])('that is not an object is refused: %s', async (body) => {
    expect(await call('', body)).toMatchObject({ status: 400, code: 'BadRequest' });
  });
});
