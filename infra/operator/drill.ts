// `npm run drill` rotates all keys under load; see `--help`.
import { parseArgs } from 'node:util';
import { isClean, runDrill, type StepResult } from './drill/runDrill.ts';

const HELP = `npm run drill

Rotates all keys, of ACS and of a client, under load, on this machine and against the emulator. Needs no npm start.

  --help   show this help

Exit code: 0 if no call failed, no SMS message was lost, duplicated or left uncounted against the client's limit, and no
old key still works; 1 otherwise; 2 if the drill could not run.
`;

const CALLS_PER_STEP = 200;

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});

async function main(): Promise<number> {
  if (parseArgs({ options: { help: { type: 'boolean' } } }).values.help) {
    console.log(HELP);
    return 0;
  }
  // Child processes end with this process; an `exit` listener removes the data folder.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  console.log(columns('step', 'calls', 'retries', 'failed'));
  const result = await runDrill({ callsPerStep: CALLS_PER_STEP, onStep: printStep });
  const { total, messages, counted, stillValid } = result;
  const { accepted, delivered, duplicates } = messages;
  console.log(columns('total', total.calls, total.retries, total.failures.length));
  console.log(
    `\n${accepted} SMS accepted, ${delivered} delivered, ${duplicates} duplicated; ${counted} counted against the client's limit.`,
  );
  for (const name of stillValid) console.log(`The old ${name} still works.`);
  return isClean(result) ? 0 : 1;
}

function printStep({ step, calls, retries, failures }: StepResult): void {
  console.log(columns(step, calls, retries, failures.length));
  for (const failure of failures.slice(0, 3)) console.log(`  ${failure}`);
}

function columns(step: string, ...numbers: readonly (number | string)[]): string {
  return `${step.padEnd(38)}${numbers.map((it) => String(it).padStart(10)).join('')}`;
}
