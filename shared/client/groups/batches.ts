import { type Content, collect, readContent, textOf } from '../content.ts';
import { memberOf, SwitchboardError } from '../errors.ts';
import type { PagedList } from '../paging.ts';
import { halfOf, type Polled, pollUntilOver, type WaitOptions } from '../polling.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type {
  ListSmsBatchesQuery,
  ListSmsBatchResultsQuery,
  RedriveSmsBatchRequest,
  SmsBatch,
  SmsBatchResult,
  SubmitSmsBatchRequest,
} from '../types.ts';

/** A batch that has been accepted; only a dry run has no id. */
export type SubmittedSmsBatch = SmsBatch & { readonly id: string };

/** Its members, besides the recipients, are those of the API. Exactly one of the three lists of recipients is needed. */
export interface BatchRequest extends Omit<SubmitSmsBatchRequest, 'recipients' | 'smsRecipients' | 'csv'> {
  /** Phone numbers, for instance from a database cursor. */
  readonly recipients?: Iterable<string> | AsyncIterable<string> | undefined;
  readonly smsRecipients?: SubmitSmsBatchRequest['smsRecipients'];
  /** A CSV, whose columns fill the placeholders of the message. */
  readonly csv?: Content | undefined;
  /** Encoding of the CSV's bytes, such as `windows-1252`. By default, UTF-8, or UTF-16 with a byte order mark. */
  readonly charset?: string | undefined;
}

const OPEN_STATES: readonly string[] = ['scheduled', 'running'];

/** `client.batches`: SMS messages to up to a million recipients. */
export class BatchesClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Submits a batch. Switchboard sends it at the sender's rate: wait for its `id`. */
  async submit(request: BatchRequest, options: ChangeOptions = {}): Promise<SubmittedSmsBatch> {
    return submitted(await this.#submit(request, false, options));
  }

  /** Checks and counts everything, and sends nothing. */
  dryRun(request: BatchRequest, options: ChangeOptions = {}): Promise<SmsBatch> {
    return this.#submit(request, true, options);
  }

  /** Returns a batch's state, counts and estimated completion time. */
  async get(id: string, options?: CallOptions): Promise<SubmittedSmsBatch> {
    return submitted(await this.#transport.call('getSmsBatch', { path: { id } }, options));
  }

  /** Lists the client's batches, newest first. */
  list(query?: ListSmsBatchesQuery, options?: CallOptions): PagedList<SubmittedSmsBatch> {
    return this.#transport.list('listSmsBatches', { query }, options).map(submitted);
  }

  /** Cancels a batch. Messages that are already being sent are not recalled. */
  async cancel(id: string, options?: ChangeOptions): Promise<SubmittedSmsBatch> {
    return submitted(await this.#transport.call('cancelSmsBatch', { path: { id } }, options));
  }

  /** Resends the failed messages of a completed batch; those in doubt only on request. */
  async redrive(id: string, request?: RedriveSmsBatchRequest, options?: ChangeOptions): Promise<SubmittedSmsBatch> {
    return submitted(await this.#transport.call('redriveSmsBatch', { path: { id }, body: request }, options));
  }

  /** Returns a batch once it is `completed`, `canceled` or `failed`. Delivery reports may arrive later. */
  wait(id: string, options: WaitOptions<SubmittedSmsBatch> = {}): Promise<SubmittedSmsBatch> {
    const { environment } = this.#transport;
    const read = async (signal: AbortSignal): Promise<Polled<SubmittedSmsBatch>> => {
      const parts = { path: { id } };
      const { body, retryAfterSeconds } = await this.#transport.exchange('getSmsBatch', parts, { ...options, signal });
      const state = submitted(body);
      const nextSeconds = retryAfterSeconds ?? secondsUntilNextRead(state, environment.now());
      return { state, isOver: !OPEN_STATES.includes(state.state), nextSeconds };
    };
    return pollUntilOver(read, options, environment);
  }

  /** Lists a batch's recipients and their results, in the order of submission. */
  results(id: string, query?: ListSmsBatchResultsQuery, options?: CallOptions): PagedList<SmsBatchResult> {
    return this.#transport.list('listSmsBatchResults', { path: { id }, query }, options);
  }

  async #submit({ csv, charset, recipients, ...rest }: BatchRequest, dryRun: boolean, options: ChangeOptions) {
    if (typeof recipients === 'string') throw new TypeError('recipients must be a list of phone numbers.');
    const query = dryRun ? { dryRun } : {};
    if (csv === undefined) {
      const list = recipients && (await collect(recipients, options.signal));
      return this.#transport.call('submitSmsBatch', { query, body: { ...rest, recipients: list } }, options);
    }
    const { bytes, hasText } = await readContent(csv, options.signal);
    if (hasText && charset !== undefined) throw new TypeError('charset is for a CSV in bytes, not for strings.');
    const { smsSendOptions, smsRecipients, ...fields } = rest;
    if (smsSendOptions || smsRecipients || recipients || isLong(fields)) {
      // Beside a CSV, only a body in JSON has room for these.
      const list = recipients && (await collect(recipients, options.signal));
      const body = { ...rest, recipients: list, csv: textOf(bytes, charset) };
      return this.#transport.call('submitSmsBatch', { query, body }, options);
    }
    const type = charset === undefined ? 'text/csv' : `text/csv; charset=${charset}`;
    const parts = { query: { ...query, ...fields }, content: { type, bytes } };
    return (await this.#transport.exchange('submitSmsBatch', parts, options)).body;
  }
}

/** Azure Functions has refused longer ones. @see https://github.com/Azure/azure-functions-host/issues/3023 */
const MAXIMUM_QUERY_LENGTH = 2000;

/** Whether a message, whose characters can take 12 letters each, makes the address too long. */
function isLong(fields: object): boolean {
  return encodeURIComponent(Object.values(fields).join('')).length > MAXIMUM_QUERY_LENGTH;
}

/** @throws SwitchboardError unless it has an id and a state */
function submitted(batch: SmsBatch | undefined): SubmittedSmsBatch {
  if (!isSubmitted(batch)) throw new SwitchboardError('UnexpectedResponse', 'The response is not a batch.');
  return batch;
}

function isSubmitted(batch: SmsBatch | undefined): batch is SubmittedSmsBatch {
  return typeof memberOf(batch, 'id') === 'string' && typeof memberOf(batch, 'state') === 'string';
}

/** Half of the time that remains, so that a long batch is read rarely, and a short one soon. */
function secondsUntilNextRead({ state, sendAt, estimatedCompletionOn, createdOn }: SmsBatch, now: Date): number {
  const expected = state === 'scheduled' ? sendAt : estimatedCompletionOn;
  return halfOf(Math.abs(Date.parse(expected ?? createdOn) - now.getTime()) / 1000);
}
