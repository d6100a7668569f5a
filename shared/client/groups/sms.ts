import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { SendSmsRequest, SmsDeliveryReport, SmsSendResult } from '../types.ts';

/** `client.sms`: single SMS messages. */
export class SmsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sends a message to 1 to 100 recipients. Each has a result of its own: check `successful`. */
  send(request: SendSmsRequest, options?: ChangeOptions): Promise<SmsSendResult> {
    return this.#transport.call('sendSms', { body: request }, options);
  }

  /** Returns a message's delivery status, if it was sent with `enableDeliveryReport`. */
  getDeliveryReport(messageId: string, options?: CallOptions): Promise<SmsDeliveryReport> {
    return this.#transport.call('getSmsDeliveryReport', { path: { messageId } }, options);
  }
}
