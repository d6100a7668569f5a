import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSwitchboardError } from '../../../shared/client/errors.ts';
import { PagedList } from '../../../shared/client/paging.ts';
import { all } from './calls.ts';
import { clientOf, ENDPOINT, fakeServer, json } from './fixtures.ts';

/** A list of these pages, and the links that it was asked for. */
function listOf<Item>(pages: readonly (readonly Item[])[]) {
  const asked: (string | undefined)[] = [];
  const list = new PagedList<Item>(async (nextLink) => {
    asked.push(nextLink);
    const index = nextLink === undefined ? 0 : Number(nextLink.slice(1));
    const isLast = index === pages.length - 1;
    return { value: pages[index] ?? [], ...(isLast ? {} : { nextLink: `p${index + 1}` }) };
  });
  return { list, asked };
}

const pages = fc.array(fc.array(fc.integer(), { maxLength: 4 }), { minLength: 1, maxLength: 6 });

describe('a list', () => {
  test('has every item of every page once and in order, empty pages included', async () => {
    await fc.assert(
      fc.asyncProperty(pages, async (given) => {
        const { list, asked } = listOf(given);
        expect(await all(list)).toEqual(given.flat());
        expect(asked).toEqual([undefined, ...given.slice(1).map((_, index) => `p${index + 1}`)]);
      }),
    );
  });

  test('can be continued at the nextLink of any page', async () => {
    await fc.assert(
      fc.asyncProperty(pages, async (given) => {
        const read = await all(listOf(given).list.byPage());
        for (const [index, { nextLink }] of read.entries()) {
          if (nextLink === undefined) continue;
          const rest = await all(listOf(given).list.byPage({ nextLink }));
          expect(rest.map(({ value }) => value)).toEqual(given.slice(index + 1));
        }
      }),
    );
  });

  test('reads a page only when an item of it is wanted', async () => {
    const { list, asked } = listOf([[1, 2], [3]]);
    expect(asked).toEqual([]);
    for await (const item of list) if (item === 2) break;
    expect(asked).toEqual([undefined]);
  });

  test('starts again with each iteration, also when it is converted', async () => {
    const doubled = listOf([[1, 2], [3]]).list.map((it) => 2 * it);
    expect(await all(doubled)).toEqual([2, 4, 6]);
    expect(await all(doubled)).toEqual([2, 4, 6]);
  });

  test.each([
    ['no body', undefined],
    ['an object as list', { value: {} }],
    ['a number as link', { value: [], nextLink: 7 }],
    ['a link to itself', { value: [], nextLink: 'p1' }],
  ])('refuses %s', async (_, body) => {
    const list = new PagedList<unknown>(async () => body as never);
    const error: unknown = await all(list.byPage({ nextLink: 'p1' })).catch((it: unknown) => it);
    expect(isSwitchboardError(error, 'UnexpectedResponse')).toBe(true);
  });

  test('ends with an error where its links form a circle', async () => {
    const links: Readonly<Record<string, string>> = { p1: 'p2', p2: 'p3', p3: 'p2' };
    const list = new PagedList(async (link) => ({ value: [link], nextLink: links[link ?? ''] ?? 'p1' }));
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const item of list) seen.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'UnexpectedResponse' });
    expect(seen).toEqual([undefined, 'p1', 'p2']);
  });

  test.each([null, ''])('continued at the stored link %j starts again', async (nextLink) => {
    const server = fakeServer(json(200, { value: [1] }));
    expect(
      await all(
        clientOf(server)
          .optOuts.list()
          .byPage({ nextLink: nextLink as string }),
      ),
    ).toHaveLength(1);
    expect(server.sent[0]?.url.pathname).toBe('/sms/optouts');
  });

  test('ends at a link that is null', async () => {
    expect(await all(new PagedList(async () => ({ value: [1], nextLink: null as never })))).toEqual([1]);
  });
});

describe('a nextLink', () => {
  test.each([
    `${ENDPOINT}/sms/optouts?after=b&api-version=2024-03-15`,
    'https://attacker.example/sms/optouts?after=b&api-version=2024-03-15',
    'http://switchboard.contoso.com:8080/sms/optouts?after=b&api-version=2024-03-15',
    'https://user:password@switchboard.contoso.com/sms/optouts?after=b&api-version=2024-03-15',
    '//attacker.example/sms/optouts?after=b&api-version=2024-03-15',
    '/sms/optouts?after=b&api-version=2024-03-15',
    '/sms/optouts?after=b',
  ])('is followed to the address of the client only: %s', async (nextLink) => {
    const server = fakeServer(json(200, { value: [1], nextLink }), json(200, { value: [2] }));
    expect(await all(clientOf(server).optOuts.list())).toEqual([1, 2]);
    const [, second] = server.sent;
    expect(second?.url.href).toBe(`${ENDPOINT}/sms/optouts?after=b&api-version=2024-03-15`);
    expect(second?.isSigned).toBe(true);
  });

  test('that is no URL is refused', async () => {
    const server = fakeServer(json(200, { value: [], nextLink: 'https://[' }));
    await expect(all(clientOf(server).optOuts.list())).rejects.toMatchObject({ code: 'UnexpectedResponse' });
  });
});
