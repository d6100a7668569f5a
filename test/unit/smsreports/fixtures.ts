import fc from 'fast-check';
import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import type { SmsMessage, SmsReport, SmsSending } from '../../../shared/smsreports/smsMessage.ts';
import type { MemoryStorage } from '../../setup/memoryStorage.ts';

/** Few different values, so that many have equal members. */
export const report: fc.Arbitrary<SmsReport> = fc.record({
  status: fc.constantFrom('Delivered', 'Failed'),
  details: fc.constantFrom('', 'a', 'b'),
  receivedOn: fc.integer({ min: 1, max: 3 }),
});

export const sending: fc.Arbitrary<SmsSending> = fc.record({
  client: fc.constant('shop'),
  subject: fc.constantFrom(undefined, 'order-1'),
  replyTo: fc.constant(undefined),
  from: fc.constant('+18005550100'),
  to: fc.constant('+14255550123'),
  tag: fc.constantFrom('', 'tag'),
  sentOn: fc.integer({ min: 1, max: 3 }),
});

export const message: fc.Arbitrary<SmsMessage> = fc.record({
  sending: fc.option(sending, { nil: undefined }),
  report: fc.option(report, { nil: undefined }),
});

export const SENDING: Omit<SmsSending, 'to'> = {
  ...{ client: 'shop', subject: 'order-1', replyTo: undefined },
  ...{ from: '+18005550100', tag: 'tag', sentOn: 1000 },
};
export const TO = '+14255550123';

/** ACS's answer for recipients that it accepted, by their message ids. */
export const accepted = (...messageIds: string[]) => ({
  value: messageIds.map((messageId) => ({ to: TO, messageId, httpStatusCode: 202, successful: true })),
});

interface EmittedData {
  readonly messageId: string;
  readonly deliveryStatus: string;
  readonly receivedOn: string;
}

/** The emitted outcomes: `<message id> <status> <epoch milliseconds of the report>`. */
export function emittedReports(storage: MemoryStorage): string[] {
  return storage.messages('outcomes').map((event) => {
    const { messageId, deliveryStatus, receivedOn } = outcomeEvent.parse(event).data as EmittedData;
    return `${messageId} ${deliveryStatus} ${Date.parse(receivedOn)}`;
  });
}
