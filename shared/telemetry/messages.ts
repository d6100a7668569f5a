import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../storage/queues.ts';
import { traceMember } from './telemetry.ts';

/**
 * A message as the text for its queue, with the member `traceparent`, by which whoever takes it goes on with this trace.
 * The member is left away while telemetry is off, and where it no longer fits.
 *
 * @see W3C Trace Context §3.2
 */
export function messageText(message: object): string {
  const text = JSON.stringify(message);
  const trace = traceMember();
  if (trace.traceparent === undefined) return text;
  const traced = JSON.stringify({ ...message, ...trace });
  return Buffer.byteLength(traced) <= MAXIMUM_QUEUE_MESSAGE_BYTES ? traced : text;
}
