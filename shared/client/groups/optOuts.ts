import type { PagedList } from '../paging.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { ListSmsOptOutsQuery, SmsOptOut } from '../types.ts';

/** `client.optOuts`: recipients who do not want SMS messages from a sender. */
export class OptOutsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists those who have opted out of the client's senders. */
  list(query?: ListSmsOptOutsQuery, options?: CallOptions): PagedList<SmsOptOut> {
    return this.#transport.list('listSmsOptOuts', { query }, options);
  }
}
