// `npm start`: Azurite, the ACS emulator and the functions host, as one process tree.
import { runCommand } from '../toolchain/command.ts';
import { readStartOptions, START_OPTIONS } from './start/options.ts';

process.exit(
  await runCommand({
    name: 'start',
    usage: ['[options]'],
    details: 'Keeps its data in .local/ between starts. Ctrl-C stops it.',
    options: START_OPTIONS,
    async run({ values }) {
      const options = readStartOptions(values);
      const [{ runStart }, { startLocalHost }] = await Promise.all([
        import('./start/run.ts'),
        import('./start/services.ts'),
      ]);
      return runStart(options, startLocalHost);
    },
  }),
);
