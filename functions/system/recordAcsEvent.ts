import { recordEvents } from '../../shared/acsevents/recordEvents.ts';
import { ACS_EVENTS_QUEUE, acsEventsMessage } from '../../shared/contract/acsEvent.ts';
import { worker } from '../../shared/operation/define.ts';

/** Records ACS's events from Event Grid: delivery reports and received SMS messages. */
export const recordAcsEvent = worker({
  name: 'recordAcsEvent',
  queue: ACS_EVENTS_QUEUE,
  message: acsEventsMessage,
  run: (message, { acsEvents }, log) => recordEvents(acsEvents, message, log),
});
