// `npm run drill`: rotates all keys, of ACS and of a client, under load, on this machine and against the emulator.
import { runCommand } from '../toolchain/command.ts';

process.exitCode = await runCommand({
  name: 'drill',
  details: 'Works on this machine, against the emulator. Needs no npm start.',
  notes: `Exit code: 0 if no call failed, no SMS message was lost, duplicated or left uncounted against the client's limit, and no
old key still works; 1 otherwise; 2 if the drill could not run.`,
  errorExitCode: 2,
  async run() {
    // Child processes end with this process; an `exit` listener removes the data folder.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    const { printDrill } = await import('./drill/printDrill.ts');
    return printDrill();
  },
});
