import type { Storage } from '../../../shared/storage/storage.ts';
import type { Table } from '../../../shared/storage/tables.ts';
import type { SimulatedProcess, Simulation } from '../engine/types.ts';
import type { History } from './history.ts';
import type { QueueBell } from './queueBell.ts';

const OPT_OUTS_TABLE = 'smsoptouts';

interface Watch {
  readonly simulation: Simulation;
  readonly process: SimulatedProcess;
  readonly bell: QueueBell;
  readonly history: History;
}

/** A process's storage. It wakes the hosts when a message is sent, and records when opt-outs were read. */
export function watchedStorage(watch: Watch): Storage {
  const { process, bell } = watch;
  const { queues, tables, ...others } = process.storage;
  return {
    ...others,
    queues: {
      send: async (queue, text, options) => {
        try {
          await queues.send(queue, text, options);
        } finally {
          bell.ring(queue); // it may be there although the call failed
        }
      },
    },
    tables: {
      ...tables,
      table: (name) => (name === OPT_OUTS_TABLE ? watchedOptOuts(tables.table(name), watch) : tables.table(name)),
    },
  };
}

function watchedOptOuts(table: Table, { simulation, process, history }: Watch): Table {
  return {
    ...table,
    get: (...args) => table.get(...args),
    insert: (...args) => table.insert(...args),
    replace: (...args) => table.replace(...args),
    merge: (...args) => table.merge(...args),
    transact: (...args) => table.transact(...args),
    nextPartition: (...args) => table.nextPartition(...args),
    remove: (...args) => table.remove(...args),
    list: async function* (partition, range) {
      const startedOn = simulation.now();
      try {
        yield* table.list(partition, range);
      } finally {
        history.optOutReads.push({ process: process.name, startedOn, endedOn: simulation.now() });
      }
    },
  };
}
