import { memberOf, SwitchboardError } from './errors.ts';

export interface Page<Item> {
  readonly value: readonly Item[];
  /** Where the next page is; undefined on the last one. */
  readonly nextLink?: string | undefined;
}

/** Where to continue a list. */
export interface PageSettings {
  /** The `nextLink` of a page that was read before. */
  readonly nextLink?: string | undefined;
}

/** Requests the page at a link, or the first one. */
type FetchPage<Item> = (nextLink: string | undefined) => Promise<Page<Item>>;

/** The items of a list, read page by page as they are iterated over; each iteration starts again. */
export class PagedList<Item> implements AsyncIterable<Item> {
  readonly #fetchPage: FetchPage<Item>;

  constructor(fetchPage: FetchPage<Item>) {
    this.#fetchPage = fetchPage;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const { value } of this.byPage()) yield* value;
  }

  /** Iterates over pages instead of items. Each page has its `nextLink`. */
  async *byPage({ nextLink }: PageSettings = {}): AsyncGenerator<Page<Item>, void, undefined> {
    let link = nextLink || undefined; // one that was stored may be null or empty
    const followed = new Set<string | undefined>();
    do {
      followed.add(link);
      const page = await this.#pageAt(link);
      const next = page.nextLink || undefined;
      if (next && followed.has(next)) throw leadsNowhere();
      yield page;
      link = next;
    } while (link);
  }

  /** The same list with every item converted. */
  map<Other>(convert: (item: Item) => Other): PagedList<Other> {
    return new PagedList(async (nextLink) => {
      const page = await this.#pageAt(nextLink);
      return { ...page, value: page.value.map(convert) };
    });
  }

  async #pageAt(nextLink: string | undefined): Promise<Page<Item>> {
    const page = await this.#fetchPage(nextLink);
    assertPage(page);
    return page;
  }
}

/** @throws SwitchboardError `UnexpectedResponse` if the response has no list of items, or a `nextLink` that is not a string */
function assertPage(page: unknown): void {
  if (!Array.isArray(memberOf(page, 'value'))) {
    throw new SwitchboardError('UnexpectedResponse', "The page has no list 'value'.");
  }
  const next = memberOf(page, 'nextLink') ?? undefined;
  if (next !== undefined && typeof next !== 'string') throw leadsNowhere();
}

function leadsNowhere(): SwitchboardError {
  return new SwitchboardError('UnexpectedResponse', 'nextLink does not lead to another page.');
}
