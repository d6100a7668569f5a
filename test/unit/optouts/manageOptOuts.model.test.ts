import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manageOptOuts } from '../../../shared/optouts/manageOptOuts.ts';
import { createOptOuts } from '../../../shared/optouts/optOuts.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';
import { API_VERSIONS, fakeSession } from '../acs/fixtures.ts';
import { ANNA, NOW, received, SENDER } from './fixtures.ts';

/** Each waits in turn for what fast-check chooses: calls for ACS and for its response, keywords for their delivery. */
const happening = fc.record({
  kind: fc.constantFrom('add', 'remove', 'check', 'ARRET', 'START'),
  process: fc.integer({ min: 0, max: 1 }),
  /** Whether the process dies after ACS has done what was asked. */
  dies: fc.boolean(),
});

/** One step at a time, finished before the next is chosen; a second passes with each. */
const steps = (pass: () => void) =>
  fc.scheduler({
    act: async (run) => {
      pass();
      await run();
      for (let turn = 0; turn < 8; turn += 1) await setImmediate();
    },
  });

const NEWEST = { apiVersions: { ...API_VERSIONS, sms: '2026-01-23' } };

let now = NOW;

/** The clock of ACS is behind by up to what Azure's hosts are allowed. */
const lag = fc.integer({ min: 0, max: 5000 });

test('in any order of calls, keywords and crashes, a person whose last choice is to opt out is blocked', async () => {
  const scheduler = steps(() => {
    now += 1000;
  });
  await fc.assert(
    fc.asyncProperty(scheduler, fc.array(happening, { maxLength: 7 }), lag, async (order, happenings, behind) => {
      now = NOW;
      const { tables } = new MemoryStorage();
      const processes = [1, 2].map(() => createOptOuts(tables, () => now, ['ARRET']));
      let isOutAtAcs = false;
      // Times by the true clock, of choices that Switchboard has to know.
      let lastOut = 0;
      let lastIn = 0;

      const manage = async (action: 'add' | 'remove' | 'check', process: number, dies: boolean) => {
        await order.schedule(Promise.resolve(), `${action} is called`);
        const calledOn = now;
        const acs = fakeSession(async () => {
          await order.schedule(Promise.resolve(), 'reaches ACS');
          if (action !== 'check') isOutAtAcs = action === 'add';
          const isOptedOut = isOutAtAcs;
          await order.schedule(Promise.resolve(), 'ACS responds');
          if (dies) throw new Error('the process dies');
          return { body: { value: [{ to: ANNA, httpStatusCode: 200, isOptedOut }] } };
        }, NEWEST);
        const optOuts = processes[process] ?? expect.unreachable();
        const request = { from: SENDER, recipients: [{ to: ANNA }] };
        const managed = manageOptOuts(acs, { optOuts, mayReach: () => undefined }, action, request);
        if (dies) return expect(managed).rejects.toThrow('dies');
        await managed;
        if (action === 'add') lastOut = Math.max(lastOut, now);
        if (action === 'remove') lastIn = Math.max(lastIn, calledOn);
      };

      const reply = async (message: string, process: number) => {
        await order.schedule(Promise.resolve(), message);
        const sentOn = now;
        if (message === 'START') [isOutAtAcs, lastIn] = [false, Math.max(lastIn, sentOn)];
        else lastOut = Math.max(lastOut, sentOn); // a keyword that ACS does not know
        await order.schedule(Promise.resolve(), `${message} is delivered`);
        await processes[process]?.record(received(message, { receivedOn: sentOn - behind }));
      };

      const all = happenings.map(({ kind, process, dies }) =>
        kind === 'ARRET' || kind === 'START' ? reply(kind, process) : manage(kind, process, dies),
      );
      await order.waitFor(Promise.all(all));
      now += 1000;
      if (lastOut === 0 || lastIn > lastOut) return;
      for (const it of processes) expect(await it.optedOut(SENDER, [ANNA])).toEqual(new Set([ANNA]));
    }),
    { numRuns: 500 },
  );
});
