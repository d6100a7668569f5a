// `npm run drill`: changes all keys, of ACS and of a client, while calls go on, on this machine and against the emulator.
// Ends with an error when a single call has failed, a message came twice or not at all or was not counted against the client's
// limit, or an old key still opens something.
import { isClean, runDrill, type StepResult } from './drill/run.ts';

const CALLS_FOR_EACH_STEP = 200;

// What was started ends with this process, and its folder goes in an `exit` listener.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const columns = (step: string, ...numbers: readonly (number | string)[]) =>
  `${step.padEnd(38)}${numbers.map((it) => String(it).padStart(10)).join('')}`;

const show = ({ step, calls, retries, failures }: StepResult) => {
  console.log(columns(step, calls, retries, failures.length));
  for (const failure of failures.slice(0, 3)) console.log(`  ${failure}`);
};

console.log(columns('step', 'calls', 'retries', 'failed'));
const result = await runDrill({ callsForEachStep: CALLS_FOR_EACH_STEP, onStep: show });
const { total, messages, counted, stillGood } = result;
const { accepted, delivered, twice } = messages;
console.log(columns('in all', total.calls, total.retries, total.failures.length));
console.log(
  `\n${accepted} SMS accepted, ${delivered} delivered, ${twice} twice; ${counted} counted against the client's limit.`,
);
for (const name of stillGood) console.log(`The old ${name} is still good.`);
process.exitCode = isClean(result) ? 0 : 1;
