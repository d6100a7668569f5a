import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/_emulator',
  service: 'emulator',
  auth: 'none',
  handle: (_call, emulator) => {
    emulator.clear();
    return { status: 204 };
  },
});
