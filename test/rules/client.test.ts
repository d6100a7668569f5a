import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { OPERATIONS } from '../../shared/client/operations.ts';
import { operations } from '../../shared/operation/definition.ts';
import { CALLS } from '../unit/client/calls.ts';
import { clientOf, fakeServer, json, type Sent } from '../unit/client/fixtures.ts';
import { loadApp } from './app.ts';

await loadApp();

const exampleOf = (schema: z.ZodType): unknown =>
  Object(z.globalRegistry.get(schema instanceof z.ZodLazy ? (schema.unwrap() as z.ZodType) : schema)).examples?.[0];

/** The parameters in a request's path, if it has the route. */
function pathParameters(route: string, { url }: Sent): Record<string, string> | undefined {
  const pattern = route.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+?)');
  const groups = new RegExp(`^/${pattern}$`).exec(url.pathname);
  return groups
    ? Object.fromEntries(Object.entries(groups.groups ?? {}).map(([name, it]) => [name, decodeURIComponent(it)]))
    : undefined;
}

test('the client has every operation, and no other', () => {
  expect(operations.length).toBeGreaterThan(15);
  expect(new Set(Object.keys(OPERATIONS))).toEqual(new Set(operations.map(({ name }) => name)));
  expect(new Set(Object.keys(CALLS))).toEqual(new Set(operations.map(({ name }) => name)));
});

describe.each(operations)('$name', ({ name, http, params, body, responses, actsAsUser, isQuery }) => {
  const result = Object.values(responses).at(-1);
  const example = result ? exampleOf(result) : undefined;

  test('has a method, whose request is as declared, and which returns the response', async () => {
    const server = fakeServer(result ? json(200, example) : new Response(null, { status: 204 }));
    const client = clientOf(server, { actingUser: 'the acting user' });
    const returned = await Reflect.get(CALLS, name)(client);

    const [sent] = server.sent;
    if (!sent) throw new Error('Nothing was sent.');
    expect(sent.method).toBe(http.method);
    const { 'api-version': version, ...query } = Object.fromEntries(sent.url.searchParams);
    expect(version).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(params.safeParse({ ...pathParameters(http.route, sent), ...query }).error).toBeUndefined();
    expect(pathParameters(http.route, sent)).toBeDefined();
    expect(body.schema.safeParse(sent.body).error).toBeUndefined();
    const isMerged = sent.headers.get('content-type') === 'application/merge-patch+json'; // RFC 7396
    expect(isMerged).toBe(http.method === 'PATCH');
    expect(sent.isSigned).toBe(true);
    expect(sent.headers.has('idempotency-key')).toBe(http.method !== 'GET' && !isQuery);
    expect(sent.headers.get('acting-user')).toBe(actsAsUser ? 'the acting user' : null);

    const listed = z.object({ value: z.array(z.unknown()) }).safeParse(example);
    if (Array.isArray(returned)) expect(returned).toEqual(listed.data?.value);
    else expect(returned).toEqual(example);
  });
});

test('its page lists every method', () => {
  const client = clientOf(fakeServer());
  const page = readFileSync('shared/client/README.md', 'utf8');
  const rows = [...page.matchAll(/^\| `(client[.\w]*)` \| (.*) \|$/gm)];
  const listed = rows.flatMap(([, group, methods = '']) =>
    [...methods.matchAll(/`(\w+)`/g)].map(([, method]) => `${group}.${method}`),
  );
  const methodsOf = (object: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => name !== 'constructor');
  const groups = Object.entries(client).flatMap(([group, methods]: [string, object]) =>
    methodsOf(methods).map((name) => `client.${group}.${name}`),
  );
  const own = methodsOf(client).map((name) => `client.${name}`);
  expect(groups.length).toBeGreaterThan(20);
  expect(new Set(listed)).toEqual(new Set([...groups, ...own]));
});
