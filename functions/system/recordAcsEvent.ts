import { ACS_EVENTS_QUEUE, acsEventsMessage } from '../../shared/contract/acsEvent.ts';
import { worker } from '../../shared/operation/worker.ts';

/** Takes in what ACS tells over Event Grid: delivery reports and received messages. */
export const recordAcsEvent = worker({
  name: 'recordAcsEvent',
  queue: ACS_EVENTS_QUEUE,
  message: acsEventsMessage,
  run: (message, { acsEvents }, log) => acsEvents.record(message, log),
});
