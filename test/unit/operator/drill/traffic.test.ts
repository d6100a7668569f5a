import { describe, expect, test } from 'vitest';
import { until } from '../../../../infra/operator/drill/platform.ts';
import { startTraffic } from '../../../../infra/operator/drill/traffic.ts';
import { closedUrl, json, servingWith } from '../../acs/fixtures.ts';

const [KEY, NEW_KEY] = ['the key of before', 'the key of now'].map((text) => Buffer.from(text).toString('base64'));
const good = () => servingWith(() => json(202, { value: [{ successful: true }] }));
const instance = (url: string, isServing = true) => ({ url, isServing });

/** Returns the results of some calls. */
async function calls(...instances: Parameters<typeof startTraffic>[0]) {
  const traffic = startTraffic(instances, KEY ?? '');
  await until('some calls', () => traffic.count().calls >= 10);
  await traffic.stop();
  return { ...traffic.count(), sent: traffic.sent() };
}

describe('a call', () => {
  test('is sent to the serving instances in turn, signed and with its own Idempotency-Key', async () => {
    const [one, two, out] = [await good(), await good(), await good()];
    const { failures, retries, sent } = await calls(instance(one.url), instance(two.url), instance(out.url, false));
    expect({ failures, retries }).toEqual({ failures: [], retries: 0 });
    expect(sent).toBeGreaterThan(0);
    expect(Math.abs(one.seen.length - two.seen.length)).toBeLessThanOrEqual(1);
    expect(out.seen).toEqual([]);
    const posts = [...one.seen, ...two.seen].filter(({ method }) => method === 'POST');
    expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(posts.length);
    expect(one.seen[0]?.headers.authorization).toMatch(/^HMAC-SHA256 /);
  });

  test('is retried on the other instance if it cannot connect, and does not fail', async () => {
    const { url } = await good();
    const { failures, retries } = await calls(instance(await closedUrl()), instance(url));
    expect(failures).toEqual([]);
    expect(retries).toBeGreaterThan(0);
  });

  test('is retried with the same Idempotency-Key if the connection breaks', async () => {
    const [broken, works] = [await servingWith(() => 'reset'), await good()];
    expect((await calls(instance(broken.url), instance(works.url))).failures).toEqual([]);
    const name = broken.seen.find(({ method }) => method === 'POST')?.headers['idempotency-key'];
    expect(name).toBeDefined();
    expect(works.seen.map(({ headers }) => headers['idempotency-key'])).toContain(name);
  });

  test.each([401, 500, 503])('fails without a retry on a response of %i', async (status) => {
    const [bad, works] = [await servingWith(() => json(status, {})), await good()];
    const { failures, retries } = await calls(instance(bad.url), instance(works.url));
    expect(failures).toHaveLength(bad.seen.length);
    expect(failures[0]).toContain(String(status));
    expect(retries).toBe(0);
  });

  test('fails if no instance is reachable', async () => {
    expect((await calls(instance(await closedUrl()))).failures[0]).toContain('No instance could be reached');
  });

  test('is signed with the current key', async () => {
    const { url, seen } = await good();
    const traffic = startTraffic([instance(url)], KEY ?? '');
    await until('a call', () => traffic.count().calls > 0);
    traffic.useKey(NEW_KEY ?? '');
    const { calls: before } = traffic.count();
    await until('more calls', () => traffic.count().calls > before + 10);
    await traffic.stop();
    const [first, last] = [seen[0], seen.at(-1)].map((it) => it?.headers.authorization);
    expect(first).not.toBe(last);
  });
});
