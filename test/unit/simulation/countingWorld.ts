import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedProcess, Simulation, World } from '../../simulation/engine/types.ts';

const TABLE = 'counters';

/** How the processes count. */
type Increment = (process: SimulatedProcess, row: string) => Promise<void>;

/** Reads, and writes what was read plus one, unless another process has written since. */
export const carefully: Increment = async ({ storage }, rowKey) => {
  const table = storage.tables.table(TABLE);
  const row = await table.get('all', rowKey);
  if (row) await table.replace('all', { ...row, values: { value: Number(row.values['value']) + 1 } });
  else await table.insert('all', rowKey, { value: 1 });
};

/** Does not see that another process has written since: two increments may count as one. */
export const carelessly: Increment = async ({ storage }, rowKey) => {
  const table = storage.tables.table(TABLE);
  const row = await table.get('all', rowKey);
  if (row) await table.replace('all', { ...row, etag: '*', values: { value: Number(row.values['value']) + 1 } });
  else await table.insert('all', rowKey, { value: 1 });
};

/** Two processes increment each row once for each action. No row may ever go down. */
export function countingWorld(increment: Increment): World {
  return {
    async run(simulation) {
      const actions = simulation.actions(
        Array.from({ length: 20 }, (_, index) => ({
          row: `row-${index % 4}`,
          time: simulation.random.integer(60_000),
        })),
      );
      const watch = watchRows(simulation);
      await Promise.all(actions.map((action, index) => act(simulation, increment, action, index)));
      watch.isOver = true;
      simulation.stopFaults();
      await simulation.sleep(60_000);
    },
  };
}

async function act(simulation: Simulation, increment: Increment, action: { row: string; time: number }, index: number) {
  await simulation.sleep(action.time);
  const process = simulation.startProcess(`process-${index}`);
  for (let count = simulation.amount('increments', 10); count > 0 && process.isAlive; count -= 1) {
    await process
      .run(async () => {
        await increment(process, action.row);
        await pause(Math.random() * 10_000);
      })
      .catch(() => undefined);
  }
}

function watchRows(simulation: Simulation) {
  const highest = new Map<string, number>();
  const watch: { isOver: boolean } = { isOver: false };
  const look = async () => {
    while (!watch.isOver) {
      for (const { rowKey, values } of simulation.account.rows(TABLE)) {
        const value = Number(values['value']);
        if (value < (highest.get(rowKey) ?? 0)) simulation.fail('no row goes down', { rowKey, value });
        highest.set(rowKey, value);
      }
      await simulation.sleep(20);
    }
  };
  void look().catch(() => undefined);
  return watch;
}

export const world = countingWorld(carelessly);
