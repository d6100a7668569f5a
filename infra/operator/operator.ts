// `npm run operator -- <command>`: operator commands for the data of a Switchboard, on this machine or on Azure.
import { runCommand } from '../toolchain/command.ts';
import { OPERATOR } from './operatorOptions.ts';

process.exitCode = await runCommand({
  ...OPERATOR,
  async run({ values, positionals }) {
    const { runOperator } = await import('./runOperator.ts');
    return runOperator(positionals, values);
  },
});
