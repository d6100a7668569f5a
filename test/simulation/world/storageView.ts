import type { Storage } from '../../../shared/storage/storage.ts';
import type { Table } from '../../../shared/storage/tables.ts';
import type { SimulatedProcess, Simulation } from '../engine/types.ts';
import type { History } from './history.ts';
import type { QueueBell } from './queueBell.ts';

const OPT_OUTS_TABLE = 'smsoptouts';
const BATCHES_TABLE = 'smsbatches';

interface Watch {
  readonly simulation: Simulation;
  readonly process: SimulatedProcess;
  readonly bell: QueueBell;
  readonly history: History;
}

/** A process's storage. It wakes the hosts when a message is sent, and records when opt-outs and batches were read. */
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
      table: (name) => {
        if (name === OPT_OUTS_TABLE) return watchedOptOuts(tables.table(name), watch);
        return name === BATCHES_TABLE ? watchedBatches(tables.table(name), watch) : tables.table(name);
      },
    },
  };
}

/** A table whose methods can be replaced one by one. */
function copyOf(table: Table): Table {
  return {
    get: (...args) => table.get(...args),
    insert: (...args) => table.insert(...args),
    replace: (...args) => table.replace(...args),
    merge: (...args) => table.merge(...args),
    transact: (...args) => table.transact(...args),
    list: (...args) => table.list(...args),
    nextPartition: (...args) => table.nextPartition(...args),
    remove: (...args) => table.remove(...args),
  };
}

function watchedBatches(table: Table, { simulation, process, history }: Watch): Table {
  const watched = async <Result>(rowKey: string, call: () => Promise<Result>) => {
    const startedOn = simulation.now();
    try {
      return await call();
    } finally {
      history.batchReads.push({ process: process.name, rowKey, startedOn, endedOn: simulation.now() });
    }
  };
  return {
    ...copyOf(table),
    get: (partition, rowKey) => watched(rowKey, () => table.get(partition, rowKey)),
    merge: (partition, row) => watched(row.rowKey, () => table.merge(partition, row)),
  };
}

function watchedOptOuts(table: Table, { simulation, process, history }: Watch): Table {
  return {
    ...copyOf(table),
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
