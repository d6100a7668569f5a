import { readEventChanges } from '../../events/eventSettings.ts';
import { invalidOwnRequest } from '../../http/listFilter.ts';
import { defineRoute, parseJson } from '../../http/route.ts';

/** What is not named stays as it is. Events that are pending already are sent all the same. */
export const route = defineRoute({
  method: 'PUT',
  path: '/_emulator/events',
  service: 'emulator',
  auth: 'none',
  handle: (call, { events, pendingEvents: { pending, sent } }) => {
    events.change(readEventChanges(parseJson(call, invalidOwnRequest)));
    return { status: 200, body: { ...events.all, pending, sent } };
  },
});
