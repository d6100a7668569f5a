import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReadBudget } from '../../../shared/emailstatus/budget.ts';
import type { EmailLimits } from '../../../shared/settings.ts';
import { MemoryStorage } from '../../setup/memorystorage.ts';
import { NOW } from './arbitraries.ts';

const LIMITS: EmailLimits = { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 1000, readsPerHour: 1000 };
const MINUTE = 60_000;

function rig() {
  const it = { now: NOW };
  const { tables } = new MemoryStorage();
  const budget = createReadBudget(tables, { custom: LIMITS, managed: LIMITS }, () => it.now);
  return { it, budget };
}

test('the longest pause holds, in whatever order pauses are asked for, and for its kind of domain only', async () => {
  const pauses = fc.array(fc.nat(60), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pauses, async (minutes) => {
      const { it, budget } = rig();
      for (const pause of minutes) await budget.pause('custom', NOW + pause * MINUTE);
      const longest = NOW + Math.max(...minutes) * MINUTE;
      expect(await budget.take(['managed'], 1)).toMatchObject({ granted: 1 });
      it.now = longest - 1;
      expect(await budget.take(['custom'], 1)).toEqual({ granted: 0, nextOn: longest });
      it.now = longest;
      expect(await budget.take(['custom'], 1)).toMatchObject({ granted: 1 });
    }),
    { numRuns: 30 },
  );
});
