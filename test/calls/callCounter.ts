import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Kinds of calls, in the order of the tables' columns. */
export const KINDS = [
  'tableRead',
  'tableQuery',
  'tableWrite',
  'tableTransaction',
  'queuePut',
  'queueGet',
  'queueDelete',
  'queueOther',
  'blobRead',
  'blobWrite',
  'blobListOrCreate',
  'blobOther',
  'blobDelete',
  'acs',
  'create',
] as const;

export type CallKind = (typeof KINDS)[number];

/** Numbers of calls; kinds without a call are absent. */
export type Calls = Readonly<Partial<Record<CallKind, number>>>;

/** The local servers by port. */
export type Services = ReadonlyMap<number, 'table' | 'queue' | 'blob' | 'acs'>;

/** Node.js publishes every outgoing request here. @see https://nodejs.org/api/diagnostics_channel.html#http */
const CHANNEL = 'http.client.request.start';

/** Counts the HTTP requests that this process sends to storage and ACS, whichever library sends them. */
export class CallCounter {
  readonly #services: Services;
  readonly #counts = new Map<CallKind, number>();
  isCounting: boolean = false;

  constructor(services: Services) {
    this.#services = services;
    subscribe(CHANNEL, this.#onRequest);
  }

  /** Counts the calls of `run`. */
  async count(run: () => Promise<unknown>): Promise<Calls> {
    this.#counts.clear();
    this.isCounting = true;
    try {
      await run();
    } finally {
      this.isCounting = false;
    }
    return Object.fromEntries(
      KINDS.flatMap((kind) => (this.#counts.has(kind) ? [[kind, this.#counts.get(kind)]] : [])),
    );
  }

  /** Counts calls that the test makes in place of the Functions host. */
  add(kind: CallKind, count = 1): void {
    if (this.isCounting) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  /** Does not count what `run` calls: it belongs to the test. */
  async without<Result>(run: () => Promise<Result>): Promise<Result> {
    const before = this.isCounting;
    this.isCounting = false;
    try {
      return await run();
    } finally {
      this.isCounting = before;
    }
  }

  stop(): void {
    unsubscribe(CHANNEL, this.#onRequest);
  }

  readonly #onRequest = (message: unknown): void => {
    if (!this.isCounting) return;
    const { request } = message as { readonly request: ClientRequest };
    const { method, path } = request;
    const service = this.#services.get(Number(/:(\d+)$/.exec(String(request.getHeader('host')))?.[1]));
    if (service === undefined) throw new Error(`A request was sent to an unknown server: ${method} ${path}`);
    this.add(service === 'acs' ? 'acs' : kindOf[service](method, new URL(path, 'http://localhost')));
  };
}

/** By the operations of the REST API. @see https://learn.microsoft.com/rest/api/storageservices/ */
const kindOf = {
  table: (method: string, { pathname }: URL): CallKind => {
    if (pathname.endsWith('/$batch')) return 'tableTransaction';
    if (pathname.endsWith('/Tables')) return 'create';
    if (method !== 'GET') return 'tableWrite';
    return pathname.includes("(PartitionKey='") ? 'tableRead' : 'tableQuery';
  },
  queue: (method: string, { pathname }: URL): CallKind => {
    if (!/\/messages(?:\/|$)/.test(pathname)) return method === 'GET' ? 'queueOther' : 'create';
    return method === 'POST' ? 'queuePut' : method === 'GET' ? 'queueGet' : 'queueDelete';
  },
  blob: (method: string, { searchParams }: URL): CallKind => {
    if (method === 'GET' && searchParams.get('comp') === 'list') return 'blobListOrCreate';
    if (method === 'PUT') return searchParams.has('restype') ? 'blobListOrCreate' : 'blobWrite';
    if (method === 'DELETE') return 'blobDelete';
    return method === 'GET' && !searchParams.has('restype') ? 'blobRead' : 'blobOther';
  },
};
