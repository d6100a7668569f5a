import { SegmentedMessage } from 'sms-segments-calculator';

/** The last answer: counting takes long, and the recipients of a message come one after the other. */
let last = { message: '', segments: 1 };

/** How many segments a message takes on the air. */
export function segmentCount(message: string): number {
  if (message !== last.message) last = { message, segments: new SegmentedMessage(message).segmentsCount };
  return last.segments;
}
