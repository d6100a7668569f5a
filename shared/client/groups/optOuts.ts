import type { PagedList } from '../paging.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type {
  ListSmsOptOutsQuery,
  SmsOptOut,
  SmsOptOutCheckResult,
  SmsOptOutRequest,
  SmsOptOutResult,
} from '../types.ts';

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

  /** Opts up to 100 recipients out of a sender. The result says for each whether that succeeded. */
  add(request: SmsOptOutRequest, options?: ChangeOptions): Promise<SmsOptOutResult> {
    return this.#transport.call('addSmsOptOuts', { body: request }, options);
  }

  /** Opts up to 100 recipients back in. Not retried if the response is lost: they may have opted out again since. */
  remove(request: SmsOptOutRequest, options?: ChangeOptions): Promise<SmsOptOutResult> {
    return this.#transport.call('removeSmsOptOuts', { body: request }, options);
  }

  /** Returns for each of up to 100 recipients whether it has opted out of a sender. */
  check(request: SmsOptOutRequest, options?: CallOptions): Promise<SmsOptOutCheckResult> {
    return this.#transport.call('checkSmsOptOuts', { body: request }, options);
  }
}
