// `npm run check`: types, format and lint.
import { spawnSync } from 'node:child_process';
import { runCommand } from './command.ts';

const CHECKS = [
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit', '--project', '.']],
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.']],
] as const;

process.exitCode = await runCommand({
  name: 'check',
  run() {
    const failed = CHECKS.filter(([name, args]) => {
      console.log(`Checking ${name} …`);
      return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
    });
    if (failed.length === 0) return 0;
    throw new Error(`Failed: ${failed.map(([name]) => name).join(', ')}`);
  },
});
