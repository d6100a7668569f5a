import { SegmentedMessage } from 'sms-segments-calculator';
import type { ItemSummary, SmsBubble, SmsItem } from '../inspection/items.ts';
import { deliveryOf, hasDeliveryReport } from '../sms/smsDeliveryReport.ts';
import { repeatedIds, type SentMessage, type SmsMessage, type SmsStore } from '../sms/smsStore.ts';
import type { StoredEvent } from '../state/stores.ts';
import type { ChannelView, Unplaced } from './channelView.ts';
import { findCopyable } from './findCopyable.ts';
import { previewOf } from './preview.ts';

const MAXIMUM_BUBBLES = 100;

/** Shows sent and received SMS messages. Their ids are those that ACS returns. */
export function smsView(sms: SmsStore): ChannelView {
  return {
    channel: 'sms',
    changedBy: (event) => changedBy(sms, event),
    has: (id) => sms.get(id) !== undefined,
    summary: (id) => {
      const message = sms.get(id);
      return message && summarize(message);
    },
    item: (id) => {
      const message = sms.get(id);
      return message && describe(sms, message);
    },
    text: (id) => {
      const message = sms.get(id);
      return message ? textOf(message) : '';
    },
    changesAt: () => undefined,
    remove: (id) => sms.remove(id),
  };
}

function changedBy(sms: SmsStore, event: StoredEvent): readonly string[] {
  if (event.type === 'smsReceived') return [event.messageId];
  if (event.store !== 'sms') return [];
  if (event.type === 'requested') {
    return [...event.items.map(({ messageId }) => messageId), ...repeatedIds(event.repeats)];
  }
  if (event.type === 'removed') return event.ids;
  if (event.type === 'deliverySet') return [event.item.messageId];
  return event.recipients.flatMap((to) => sms.conversation(event.from, to).map(idOf));
}

function idOf(message: SmsMessage): string {
  return message.direction === 'sent' ? message.item.messageId : message.messageId;
}

function textOf(message: SmsMessage): string {
  return message.direction === 'sent' ? message.request.message : message.message;
}

function statusOf(message: SmsMessage): string {
  return message.direction === 'sent' ? deliveryOf(message).status : 'Received';
}

function bubble(message: SmsMessage): SmsBubble {
  const { at } = message.direction === 'sent' ? message.request : message;
  return {
    id: idOf(message),
    at: new Date(at).toISOString(),
    direction: message.direction,
    message: textOf(message),
    status: statusOf(message),
  };
}

function summarize(message: SmsMessage): Unplaced<ItemSummary> & { readonly channel: 'sms' } {
  const { message: text, ...shared } = bubble(message);
  const [from, to] =
    message.direction === 'sent' ? [message.request.from, message.item.to] : [message.from, message.to];
  return { channel: 'sms', ...shared, from, to: [to], subject: '', preview: previewOf(text) };
}

function describe(sms: SmsStore, message: SmsMessage): Unplaced<SmsItem> {
  const text = textOf(message);
  const summary = summarize(message);
  const [to = ''] = summary.to;
  const [sender, phone] = message.direction === 'sent' ? [summary.from, to] : [to, summary.from];
  return {
    ...summary,
    message: text,
    ...findCopyable([text]),
    segments: segmentsOf(text),
    delivery: stateOf(message),
    isOptedOut: sms.isOptedOut(sender, phone),
    ...(message.direction === 'sent' && requestOf(message)),
    conversation: sms.conversation(sender, phone).slice(-MAXIMUM_BUBBLES).map(bubble),
  };
}

function requestOf({ request: { options }, item, repeats }: SentMessage): Pick<SmsItem, 'options' | 'repeatability'> {
  const { repeatabilityRequestId: requestId, repeatabilityFirstSent: firstSent } = item;
  return {
    ...(options && { options: { ...options } }),
    ...(requestId !== undefined &&
      firstSent !== undefined && {
        repeatability: { requestId, firstSent: new Date(firstSent).toUTCString(), repeats },
      }),
  };
}

function stateOf(message: SmsMessage): SmsItem['delivery'] {
  if (message.direction === 'received') {
    return { status: 'Received', details: '', hasReport: false, isSetByHand: false };
  }
  return {
    ...deliveryOf(message),
    hasReport: hasDeliveryReport(message.request),
    isSetByHand: message.delivery !== undefined,
  };
}

function segmentsOf(text: string): SmsItem['segments'] {
  const { encodingName, segmentsCount, numberOfCharacters } = new SegmentedMessage(text);
  return { count: segmentsCount, encoding: encodingName, characters: numberOfCharacters };
}
