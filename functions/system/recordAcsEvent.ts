import { ACS_EVENTS_QUEUE, acsEventsMessage } from '../../shared/contract/acsEvent.ts';
import { worker } from '../../shared/operation/define.ts';

/** Records ACS's events from Event Grid: delivery reports and received SMS messages. */
export const recordAcsEvent = worker({
  name: 'recordAcsEvent',
  queue: ACS_EVENTS_QUEUE,
  message: acsEventsMessage,
  run: async (message, { acsEvents }, log) => {
    const { recordEvents } = await import('../../shared/acsevents/recordEvents.ts');
    await recordEvents(acsEvents, message, log);
  },
});
