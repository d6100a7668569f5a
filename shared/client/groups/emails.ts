import { memberOf, SwitchboardError } from '../errors.ts';
import { pollUntilOver, type WaitOptions } from '../polling.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { EmailMessage, EmailOperationStatus } from '../types.ts';

export interface SendEmailOptions extends ChangeOptions {
  /** A UUID of your own for the email, by which `get` and `wait` find it. By default, Switchboard generates one. */
  readonly operationId?: string | undefined;
}

const OPEN_STATES: readonly string[] = ['NotStarted', 'Running'];

const DEFAULT_POLL_SECONDS = 5;

/** `client.emails`: email messages. */
export class EmailsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sends an email message, and returns its status so far: wait for its `id`. */
  send(message: EmailMessage, { operationId, ...options }: SendEmailOptions = {}): Promise<EmailOperationStatus> {
    return this.#transport.call('sendEmail', { body: message }, { ...options, callersId: operationId });
  }

  /** Returns an email's status. If sending failed, that is the status `Failed`, not an error. */
  get(operationId: string, options?: CallOptions): Promise<EmailOperationStatus> {
    return this.#transport.call('getEmailOperation', { path: { operationId } }, options);
  }

  /** Returns an email's final status: `Succeeded`, `Failed`, `Canceled`, or `Unknown` after a day. */
  wait(operationId: string, options: WaitOptions<EmailOperationStatus> = {}): Promise<EmailOperationStatus> {
    const read = async (signal: AbortSignal) => {
      const { body, retryAfterSeconds } = await this.#transport.exchange(
        'getEmailOperation',
        { path: { operationId } },
        { ...options, signal },
      );
      if (typeof memberOf(body, 'status') !== 'string') {
        throw new SwitchboardError('UnexpectedResponse', 'The response has no status.');
      }
      const isOver = !OPEN_STATES.includes(body.status);
      return { state: body, isOver, nextSeconds: retryAfterSeconds ?? DEFAULT_POLL_SECONDS };
    };
    return pollUntilOver(read, options, this.#transport.environment);
  }
}
