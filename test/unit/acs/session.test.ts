import { expect, test } from 'vitest';
import * as z from 'zod';
import type { AcsAnswer, AcsRequest, Repetition } from '../../../shared/acs/request.ts';
import { createSession, expectShape } from '../../../shared/acs/session.ts';
import { API_VERSIONS, thrownBy } from './fixtures.ts';

const answer = (body: unknown, repetition: Repetition = 'harmless'): AcsAnswer<unknown> => ({
  ...{ status: 200, body, header: () => undefined, repetition },
});

test('a session sends every request with one client request id', async () => {
  const sent: AcsRequest[] = [];
  const transport = async (request: AcsRequest) => {
    sent.push(request);
    return answer('body');
  };
  const session = createSession(transport, { publicUrl: 'https://a', apiVersions: API_VERSIONS, clientRequestId: 'c' });
  const request = { service: 'sms', method: 'POST', path: '/sms', repetition: 'harmless' } as const;
  await session.send(request);
  expect((await session.send(request)).body).toBe('body');
  expect(sent).toEqual([
    { ...request, clientRequestId: 'c' },
    { ...request, clientRequestId: 'c' },
  ]);
  expect(session).toMatchObject({ publicUrl: 'https://a', apiVersions: API_VERSIONS });
});

test('a response of the expected shape is parsed', () => {
  expect(expectShape(z.object({ id: z.string() }), answer({ id: 'a', more: 1 })).body).toEqual({ id: 'a' });
});

test.each<[Repetition, object]>([
  ['harmless', { code: 'UpstreamUnavailable', isTransient: true }],
  ['recognised', { code: 'UpstreamInDoubt', isTransient: true }],
  ['doubles', { code: 'UpstreamInDoubt', isTransient: false }],
])('a response of another shape leaves the effect in doubt: if a repetition is %s', async (repetition, expected) => {
  const schema = z.object({ id: z.string() });
  const error = await thrownBy(() => expectShape(schema, answer({ secret: 'x' }, repetition)));
  expect(error).toMatchObject(expected);
  expect(String(error)).not.toContain('secret');
});
