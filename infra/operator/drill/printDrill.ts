import { isClean, runDrill, type StepResult } from './runDrill.ts';

const CALLS_PER_STEP = 200;

const columns = (step: string, ...numbers: readonly (number | string)[]) =>
  `${step.padEnd(38)}${numbers.map((it) => String(it).padStart(10)).join('')}`;

const show = ({ step, calls, retries, failures }: StepResult) => {
  console.log(columns(step, calls, retries, failures.length));
  for (const failure of failures.slice(0, 3)) console.log(`  ${failure}`);
};

/** Runs the drill and prints a line for each step. @returns the exit code: 0 if it is clean */
export async function printDrill(): Promise<number> {
  console.log(columns('step', 'calls', 'retries', 'failed'));
  const result = await runDrill({ callsPerStep: CALLS_PER_STEP, onStep: show });
  const { total, messages, counted, stillValid } = result;
  const { accepted, delivered, duplicates } = messages;
  console.log(columns('total', total.calls, total.retries, total.failures.length));
  console.log(
    `\n${accepted} SMS accepted, ${delivered} delivered, ${duplicates} duplicated; ${counted} counted against the client's limit.`,
  );
  for (const name of stillValid) console.log(`The old ${name} still works.`);
  return isClean(result) ? 0 : 1;
}
