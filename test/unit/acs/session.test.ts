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

// As in the `error` of an email, and as the SDKs read every response.
test('a member that is null counts as absent, at any depth, where the shape does not allow null', () => {
  const item = z.looseObject({ id: z.string(), name: z.string().optional() });
  const shape = z.looseObject({ value: z.array(item), nextLink: z.string().optional(), error: z.null().optional() });
  const body = { value: [{ id: 'a', name: null }], nextLink: null };
  expect(expectShape(shape, answer(body)).body).toEqual({ value: [{ id: 'a' }] });
  expect(expectShape(shape, answer({ value: [], error: null })).body).toEqual({ value: [], error: null });
});

test('a required member that is null is not of the shape', () => {
  expect(() => expectShape(z.object({ id: z.string() }), answer({ id: null }))).toThrow('unknown format');
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
