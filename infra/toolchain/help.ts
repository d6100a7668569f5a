// `npm run help`: lists the commands.
import { COMMANDS, rowOf, runCommand, scriptText } from './command.ts';

process.exitCode = await runCommand({
  name: 'help',
  run() {
    for (const [name, summary] of Object.entries(COMMANDS)) console.log(rowOf(scriptText(name), summary));
    console.log('\nOptions follow two dashes: npm run call -- --help');
    return 0;
  },
});
