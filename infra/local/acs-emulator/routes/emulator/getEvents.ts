import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/_emulator/events',
  service: 'emulator',
  auth: 'none',
  handle: (_call, { events, pendingEvents: { pending, sent } }) => ({
    status: 200,
    body: { ...events.all, pending, sent },
  }),
});
