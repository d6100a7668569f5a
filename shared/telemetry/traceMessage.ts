import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../storage/queues.ts';
import { traceMember } from './telemetry.ts';

/**
 * Serializes a queue message, adding the member `traceparent` so that its consumer continues this trace. The member is
 * omitted if telemetry is off or if the message would become too large.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function messageText(message: object): string {
  const text = JSON.stringify(message);
  const trace = traceMember();
  if (trace.traceparent === undefined) return text;
  const traced = JSON.stringify({ ...message, ...trace });
  return Buffer.byteLength(traced) <= MAXIMUM_QUEUE_MESSAGE_BYTES ? traced : text;
}
