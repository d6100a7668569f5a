// `npm run format`: formats with Biome.
import { spawnSync } from 'node:child_process';
import { runCommand } from './command.ts';

process.exitCode = await runCommand({
  name: 'format',
  run() {
    const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'];
    return spawnSync(process.execPath, biome, { stdio: 'inherit' }).status ?? 1;
  },
});
