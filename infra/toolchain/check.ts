// `npm run check`: types, format and lint.
import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit', '--project', '.']],
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.']],
] as const;

const failed = CHECKS.filter(([name, args]) => {
  console.log(`Checking ${name} …`);
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) console.error(`Failed: ${failed.map(([name]) => name).join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
