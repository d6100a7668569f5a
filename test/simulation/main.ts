// `npm run simulate`: the real code in a simulated world, on virtual time, with everything that can go wrong.
import { runCommand } from '../../infra/toolchain/command.ts';

const DEFAULT_SEEDS = 100;
const DEFAULT_HOURS = 2;

process.exitCode = await runCommand({
  name: 'simulate',
  options: {
    seeds: { type: 'string', value: '<n>', description: `how many fresh seeds to run (default ${DEFAULT_SEEDS})` },
    minutes: { type: 'string', value: '<n>', description: 'run fresh seeds for this long instead' },
    hours: {
      type: 'string',
      value: '<n>',
      description: `virtual hours of workload of a seed (default ${DEFAULT_HOURS})`,
    },
    from: {
      type: 'string',
      value: '<seed>',
      description: 'the first of the fresh seeds (default: drawn, and printed)',
    },
    seed: { type: 'string', value: '<seed>', description: 'run one seed twice and print its trace' },
    plan: { type: 'string', value: '<json>', description: 'the same for a plan, as a failing run prints it' },
    file: { type: 'string', value: '<file>', description: 'repeat the runs that are kept in this file, and no others' },
    keep: { type: 'boolean', description: 'add a failing run to test/simulation/seeds.json' },
    'no-shrink': { type: 'boolean', description: 'show a failing run as it is' },
    threads: { type: 'string', value: '<n>', description: 'runs at a time (default: one for each core)' },
  },
  notes:
    'A failing run is repeated with fewer actions, recipients and faults as long as it violates the same invariant.\n' +
    'Exit code: 1 if a run has failed, or went differently when it was repeated.',
  async run({ values }) {
    const { simulate } = await import('./engine/simulate.ts');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    return simulate({
      ...{ seeds: numberOf('seeds', values.seeds), minutes: numberOf('minutes', values.minutes) },
      ...{ from: numberOf('from', values.from), seed: numberOf('seed', values.seed) },
      ...{ threads: numberOf('threads', values.threads), hours: numberOf('hours', values.hours) ?? DEFAULT_HOURS },
      ...{ plan: values.plan, file: values.file, keeps: values.keep ?? false, shrinks: !values['no-shrink'] },
      defaultSeeds: DEFAULT_SEEDS,
      say: (text) => console.log(text),
    });
  },
});

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number >= 0) || text.trim() === '') throw new Error(`--${option} must be a number, not '${text}'.`);
  return number;
}
