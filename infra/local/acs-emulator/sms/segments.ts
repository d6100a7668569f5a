import { SegmentedMessage } from 'sms-segments-calculator';

/** How many segments a message takes on the air. */
export function segmentCount(message: string): number {
  return new SegmentedMessage(message).segmentsCount;
}
