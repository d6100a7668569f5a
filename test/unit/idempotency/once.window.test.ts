import { expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import type { AnyOperation } from '../../../shared/operation/definition.ts';
import { greeting, NOW, type Rig, rig } from '../operation/fixtures.ts';

const inDoubt = new SwitchboardError('UpstreamInDoubt', 'Lost.', { repeatable: true });
const laterBy = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

const call = ({ http }: Rig, operation: AnyOperation) =>
  http(operation, { body: { from: '+18005550100' }, headers: { 'idempotency-key': 'order-1' } });

test.each([
  [285_000, 200],
  [285_001, 504],
])('is repeated as long as it ends before ACS’s window closes: after %i ms %i', async (milliseconds, status) => {
  let runs = 0;
  const operation = greeting(
    async () => {
      runs += 1;
      if (runs === 1) throw inDoubt;
      return {};
    },
    { repeatable: 'withinWindow' },
  );
  const it = rig();
  await call(it, operation);
  it.clock.date = laterBy(milliseconds);
  expect(await call(it, operation)).toMatchObject({ status });
  expect(runs).toBe(status === 200 ? 2 : 1);
});

test.each([
  [285_000, 200],
  [285_001, 504],
])('a repetition that is late for its request, after %i ms, does not send it: %i', async (milliseconds, status) => {
  const it = rig();
  const sent: Date[] = [];
  const operation = greeting(
    async (_, { ids }) => {
      if (sent.length > 0) it.clock.date = laterBy(milliseconds); // storage is slow just then
      ids.assertMayStart();
      sent.push(it.clock.date);
      if (sent.length === 1) throw inDoubt;
      return {};
    },
    { repeatable: 'withinWindow' },
  );
  await call(it, operation);
  it.clock.date = laterBy(200_000);
  expect(await call(it, operation)).toMatchObject({ status });
  expect(sent).toHaveLength(status === 200 ? 2 : 1);
});
