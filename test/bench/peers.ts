/** Switchboard beside queue libraries that have the same work: their rates, and what five kills of the worker process do. */
import type { OwnStack } from '../setup/ownStack.ts';
import { startBatchStack, withoutFunctions } from './batch/stack.ts';
import type { Contender } from './peers/contender.ts';
import { installPeers } from './peers/installation.ts';
import { surviveKills } from './peers/kills.ts';
import { startPeers } from './peers/startPeers.ts';
import { SWITCHBOARD } from './peers/switchboard.ts';
import { figuresOf, type Measured, tableOf } from './peers/table.ts';
import { measureAzureSingles, measureRates, type Rates } from './peers/throughput.ts';
import { type Figures, figure } from './report.ts';

export async function benchPeers(): Promise<Figures> {
  const peers = await startPeers(await installPeers(), console.error);
  try {
    const stack = await startBatchStack();
    try {
      return await measured(stack, [SWITCHBOARD, ...peers.contenders]);
    } finally {
      await stack.stop();
    }
  } finally {
    await peers.stop();
  }
}

async function measured(stack: OwnStack, contenders: readonly Contender[]): Promise<Figures> {
  const rates = await measureRates(stack, contenders);
  const azureSingles = await measureAzureSingles(stack);
  const rows: Measured[] = [];
  for (const [contender, rate] of rates) {
    console.error(`${contender.label}: kills …`);
    rows.push(await killed(stack, contender, rate));
  }
  console.error(tableOf(rows));
  return Object.assign(
    { 'peers.azureQueue.singlesPerSecond': figure(azureSingles) },
    ...rows.map(figuresOf),
  ) as Figures;
}

async function killed(stack: OwnStack, contender: Contender, rates: Rates): Promise<Measured> {
  if (contender === SWITCHBOARD) {
    return { contender, rates, killed: await surviveKills(stack, contender, true), killedSameIds: undefined };
  }
  return withoutFunctions(stack, async () => ({
    contender,
    rates,
    killed: await surviveKills(stack, contender, false),
    killedSameIds: await surviveKills(stack, contender, true),
  }));
}
