// `npm run test:mutants`: plants each fault of the catalogue in a copy of the project and expects its tests to fail.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { runCommand } from '../../infra/toolchain/command.ts';
import type { TestRun } from './workspace.ts';

process.exitCode = await runCommand({
  name: 'test:mutants',
  usage: ['[words …]'],
  parameters: { '[words …]': 'plant only the faults whose name or file contains all of these words' },
  notes: 'Takes about 15 minutes. Exit code: 1 if a fault is not caught by any test.',
  async run({ positionals: words }) {
    const { BATCH_FAULTS } = await import('./batchFaults.ts');
    const { OTHER_FAULTS } = await import('./otherFaults.ts');
    const { Workspace } = await import('./workspace.ts');
    const isWanted = (text: string) => words.every((word) => text.includes(word));
    const faults = [...BATCH_FAULTS, ...OTHER_FAULTS].filter(({ name, file }) => isWanted(`${name} ${file}`));
    if (faults.length === 0) throw new Error('No fault has these words in its name or file.');
    for (const { name, file, find } of faults) {
      const places = readFileSync(file, 'utf8').split(find).length - 1;
      if (places !== 1) throw new Error(`The code of the fault '${name}' occurs ${places} times in ${file}.`);
    }
    const workspaces = Array.from({ length: availableParallelism() }, () => new Workspace());
    // The `exit` listeners remove the copies and end the tests.
    process.once('exit', () => {
      for (const workspace of workspaces) workspace.remove();
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    const [first] = workspaces;
    const sound = await first?.test([...new Set(faults.flatMap(({ tests }) => tests))]);
    if (sound?.kind !== 'passed') throw new Error(`The tests fail without any fault: ${JSON.stringify(sound)}`);
    console.log(`${sound.tests} tests pass without a fault.`);
    const left = faults.values();
    let missed = 0;
    await Promise.all(
      workspaces.map(async (workspace) => {
        for (const fault of left) {
          const run = await workspace.withFault(fault);
          if (run.kind !== 'failed') missed += 1;
          console.log(lineOf(fault.name, run));
        }
      }),
    );
    console.log(`${faults.length - missed} of ${faults.length} planted faults caught.`);
    return missed === 0 ? 0 : 1;
  },
});

function lineOf(name: string, run: TestRun): string {
  switch (run.kind) {
    case 'failed':
      return `caught    ${name}: ${run.by}`;
    case 'broken':
      return `BROKEN    ${name}: ${run.reason}`;
    default:
      return `SURVIVED  ${name}: ${run.tests} tests passed`;
  }
}
