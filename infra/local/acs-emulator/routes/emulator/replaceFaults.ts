import { readFaults } from '../../http/faults.ts';
import { invalidOwnRequest } from '../../http/listFilter.ts';
import { defineRoute, parseJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/_emulator/faults',
  service: 'emulator',
  auth: 'none',
  handle: (call, emulator) => {
    emulator.faults.replace(readFaults(parseJson(call, invalidOwnRequest), emulator.operations));
    return { status: 200, body: { value: emulator.faults.list() } };
  },
});
