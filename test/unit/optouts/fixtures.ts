import type { ReceivedSms } from '../../../shared/contract/acsEvent.ts';
import { createOptOuts, type OptOuts } from '../../../shared/optouts/optOuts.ts';
import type { Tables } from '../../../shared/storage/tables.ts';
import { MemoryStorage } from '../../setup/memoryStorage.ts';

export const SENDER = '+18005550100';
export const ANNA = '+14255550101';
export const BEN = '+14255550102';
export const NOW = Date.parse('2026-01-15T08:30:00Z');

export function received(message: string, more: Partial<ReceivedSms> = {}): ReceivedSms {
  return { messageId: 'Incoming_1', from: ANNA, to: SENDER, message, receivedOn: NOW, ...more };
}

/** Processes that share storage, which counts its lists, and a clock. */
export function rig(processes = 1) {
  const { tables } = new MemoryStorage();
  const it = { now: NOW + 1000, tables, lists: 0 };
  const counting: Tables = {
    backOff: tables.backOff,
    table: (name) => {
      const table = tables.table(name);
      return {
        get: table.get.bind(table),
        insert: table.insert.bind(table),
        replace: table.replace.bind(table),
        merge: table.merge.bind(table),
        transact: table.transact.bind(table),
        nextPartition: table.nextPartition.bind(table),
        remove: table.remove.bind(table),
        list: (...range) => {
          it.lists += 1;
          return table.list(...range);
        },
      };
    },
  };
  const all = Array.from({ length: processes }, () => createOptOuts(counting, () => it.now));
  const [optOuts = createOptOuts(counting, () => it.now)] = all;
  return Object.assign(it, { all, optOuts });
}

/** Whether a number has opted out, as this process sees it. */
export async function isOut(optOuts: OptOuts, sender = SENDER, number = ANNA): Promise<boolean> {
  return (await optOuts.optedOut(sender, [number])).has(number);
}
