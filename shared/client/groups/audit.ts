import type { PagedList } from '../paging.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { AuditEntry, ListAuditEntriesQuery } from '../types.ts';

/** `client.audit`: what clients did. */
export class AuditClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the client's audit entries, newest first; for an operator, those of all clients. */
  list(query?: ListAuditEntriesQuery, options?: CallOptions): PagedList<AuditEntry> {
    return this.#transport.list('listAuditEntries', { query }, options);
  }
}
