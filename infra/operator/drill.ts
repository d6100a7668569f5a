// `npm run drill`: rotates all keys, of ACS and of a client, under load, on this machine and against the emulator. Fails if
// any call failed, if a message was duplicated, lost or not counted against the client's limit, or if an old key still works.
import { isClean, runDrill, type StepResult } from './drill/runDrill.ts';

const CALLS_PER_STEP = 200;

// Child processes end with this process; an `exit` listener removes the data folder.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const columns = (step: string, ...numbers: readonly (number | string)[]) =>
  `${step.padEnd(38)}${numbers.map((it) => String(it).padStart(10)).join('')}`;

const show = ({ step, calls, retries, failures }: StepResult) => {
  console.log(columns(step, calls, retries, failures.length));
  for (const failure of failures.slice(0, 3)) console.log(`  ${failure}`);
};

console.log(columns('step', 'calls', 'retries', 'failed'));
const result = await runDrill({ callsPerStep: CALLS_PER_STEP, onStep: show });
const { total, messages, counted, stillValid } = result;
const { accepted, delivered, duplicates } = messages;
console.log(columns('total', total.calls, total.retries, total.failures.length));
console.log(
  `\n${accepted} SMS accepted, ${delivered} delivered, ${duplicates} duplicated; ${counted} counted against the client's limit.`,
);
for (const name of stillValid) console.log(`The old ${name} still works.`);
process.exitCode = isClean(result) ? 0 : 1;
