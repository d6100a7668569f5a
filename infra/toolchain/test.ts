// `npm test` and `npm run test:all`.
import { runCommand } from './command.ts';

/** The argument with which package.json runs this as `test:all`. */
const ALL = '--all';

process.exitCode = await runCommand({
  name: process.argv.includes(ALL) ? 'test:all' : 'test',
  usage: ['[file or folder …] [Vitest options]'],
  details: "The last line of the output is 'N passed, N failed'.",
  isWrapper: true,
  async run({ positionals }) {
    const { runTests } = await import('./runTests.ts');
    const args = positionals.filter((it) => it !== ALL);
    return runTests(args, args.length < positionals.length);
  },
});
