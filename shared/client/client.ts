import { delay } from './abort.ts';
import { parseConnection, type SwitchboardConnection } from './connection.ts';
import { AuditClient } from './groups/audit.ts';
import { BatchesClient } from './groups/batches.ts';
import { ChatClient } from './groups/chat.ts';
import { EmailsClient } from './groups/emails.ts';
import { IdentitiesClient } from './groups/identities.ts';
import { OptOutsClient } from './groups/optOuts.ts';
import { SmsClient } from './groups/sms.ts';
import { type RetryOptions, retryPolicyOf } from './retry.ts';
import { type CallOptions, Transport } from './transport.ts';
import type { HealthResult, ReadinessResult, Usage } from './types.ts';

export interface SwitchboardClientOptions {
  /** Name of the client, sent as `x-ms-client-name`, so that Switchboard tries only its keys. */
  readonly clientName?: string | undefined;
  /** The ACS user on whose behalf chat calls act, which requires the permission `actAs`. By default, the client's own user. */
  readonly actingUser?: string | undefined;
  /** How failed calls are retried; `false` disables retries. */
  readonly retry?: RetryOptions | false | undefined;
  /** Replaces the global `fetch`, for instance to use a proxy. */
  readonly fetch?: typeof fetch | undefined;
  /** Name and version of your app, sent in `User-Agent`. */
  readonly userAgent?: string | undefined;
}

/** Calls Switchboard with a client's key. Has no state besides its options: create one, and use it for all calls. */
export class SwitchboardClient {
  readonly sms: SmsClient;
  readonly batches: BatchesClient;
  readonly optOuts: OptOutsClient;
  readonly emails: EmailsClient;
  readonly chat: ChatClient;
  readonly identities: IdentitiesClient;
  readonly audit: AuditClient;
  readonly #transport: Transport;

  /**
   * @param connection a connection string (`endpoint=https://…;accesskey=…`), or its two parts. `undefined`, as from an
   *   environment variable that is not set, is a TypeError
   * @throws TypeError if it is invalid; RangeError for an invalid `retry`
   */
  constructor(connection: string | SwitchboardConnection | undefined, options: SwitchboardClientOptions = {}) {
    const { fetch: ownFetch, retry, ...rest } = options;
    const transport = new Transport(
      parseConnection(connection),
      { ...rest, retry: retryPolicyOf(retry) },
      {
        fetch: ownFetch ?? ((input, init) => fetch(input, init)),
        now: () => new Date(),
        delay,
        randomUUID: () => crypto.randomUUID(),
        random: Math.random,
      },
    );
    this.#transport = transport;
    this.sms = new SmsClient(transport);
    this.batches = new BatchesClient(transport);
    this.optOuts = new OptOutsClient(transport);
    this.emails = new EmailsClient(transport);
    this.chat = new ChatClient(transport);
    this.identities = new IdentitiesClient(transport);
    this.audit = new AuditClient(transport);
  }

  /** Returns the client's limits and how much of each it has used. */
  usage(options?: CallOptions): Promise<Usage> {
    return this.#transport.call('getUsage', {}, options);
  }

  /** Returns whether the instance that answers can serve requests. */
  async health(options: CallOptions = {}): Promise<HealthResult> {
    return (await this.#transport.read('/health', [503], options)) as HealthResult;
  }

  /** Returns whether the instance that answers, storage and ACS work, with all checks. */
  async readiness(options: CallOptions = {}): Promise<ReadinessResult> {
    return (await this.#transport.read('/health/ready', [503], options)) as ReadinessResult;
  }
}
