// `npm run start:func`: like `npm start`, with the functions under Azure Functions Core Tools.
import { spawnSync } from 'node:child_process';
import { runCommand } from '../toolchain/command.ts';
import { readStartOptions, START_OPTIONS } from './start/options.ts';

process.exit(
  await runCommand({
    name: 'start:func',
    usage: ['[options]'],
    details: 'Keeps its data in .local/ between starts. Ctrl-C stops it.',
    options: START_OPTIONS,
    async run({ values }) {
      const options = readStartOptions(values);
      if (spawnSync('func', ['--version']).status !== 0) {
        throw new Error(
          "Azure Functions Core Tools (the command 'func', version 4) are not installed. `npm start` works without them.",
        );
      }
      const [{ runStart }, { startCoreTools }] = await Promise.all([
        import('./start/run.ts'),
        import('./start/services.ts'),
      ]);
      return runStart(options, startCoreTools);
    },
  }),
);
