// `npm run chaos`: sends batches while ACS fails and processes are killed again and again.

import { runCommand } from '../../infra/toolchain/command.ts';
import { newSeed } from '../setup/random.ts';
import type { Account } from './account.ts';

const WANTED_KILLS = 21;
const LONG_KILLS = 100;

/** After this, the long run stops by itself. */
const LONG_MINUTES = 20;

type Say = (line: string) => void;

process.exitCode = await runCommand({
  name: 'chaos',
  usage: ['', '--long [--seed <n>]'],
  options: {
    long: {
      type: 'boolean',
      default: false,
      description: `100,000 recipients, two functions hosts, and ${LONG_KILLS} kills of these, Azurite and the emulator; at most ${LONG_MINUTES} minutes`,
    },
    seed: { type: 'string', value: '<n>', description: 'repeats the kills of an earlier long run (default: random)' },
  },
  notes:
    'Prints what was sent twice, what was lost and what is in doubt. Exit code: 1 if anything was sent twice or lost.',
  async run({ values }) {
    // The `exit` listener of the stack ends it.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    const startedAt = performance.now();
    const say: Say = (line) =>
      console.log(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(4)} s  ${line}`);
    return values.long ? runLong(readSeed(values.seed), say) : runShort(say);
  },
});

async function runShort(say: Say): Promise<number> {
  const { runChaos } = await import('./run.ts');
  const { account, kills, struck, recognised, lateRequests } = await runChaos({
    recipients: 10_000,
    ratePerMinute: 12_000,
    killSubmission: true,
    kills: WANTED_KILLS - 1,
    killsUntil: 0.9,
    strikes: 1000,
    deadlineSeconds: 570,
    say,
  });
  say(`${kills} kills; answers of ACS: ${struck.join(', ')}`);
  say(`${recognised} messages were given to ACS again and recognised; ${lateRequests} requests after the end`);
  return (await isClean(account, say)) && kills >= WANTED_KILLS && lateRequests === 0 ? 0 : 1;
}

async function runLong(seed: number, say: Say): Promise<number> {
  const { runLongChaos } = await import('./long.ts');
  say(`seed ${seed}`);
  const timer = setTimeout(() => {
    console.error(`Not over after ${LONG_MINUTES} minutes; seed ${seed}.`);
    process.exit(1);
  }, LONG_MINUTES * 60_000);
  const { account, kills, recognized, lateRequests } = await runLongChaos({
    recipients: 100_000,
    ratePerMinute: 24_000,
    kills: LONG_KILLS,
    killsUntil: 0.95,
    strikes: 1000,
    seed,
    deadlineSeconds: (LONG_MINUTES - 2) * 60,
    say,
  });
  clearTimeout(timer);
  const each = Object.entries(kills).map(([name, count]) => `${name} ${count}`);
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
  say(`${total} kills: ${each.join(', ')}`);
  say(`${recognized} messages were given to ACS again and recognized; ${lateRequests} requests after the end`);
  console.log(`seed ${seed}`);
  return (await isClean(account, say)) && total >= LONG_KILLS && lateRequests === 0 ? 0 : 1;
}

async function isClean(account: Account, say: Say): Promise<boolean> {
  const { accountText, isClean } = await import('./account.ts');
  for (const line of account.discrepancies) say(line);
  console.log(accountText(account));
  return isClean(account);
}

/** @throws Error if it is not a whole number */
function readSeed(text: string | undefined): number {
  if (text === undefined) return newSeed();
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`--seed must be a whole number, not '${text}'.`);
}
