// `npm run chaos`: sends to ten thousand recipients while ACS fails and the functions process is killed again and again.
import { runCommand } from '../../infra/toolchain/command.ts';

const WANTED_KILLS = 21;

process.exitCode = await runCommand({
  name: 'chaos',
  notes:
    'Prints what was sent twice, what was lost and what is in doubt. Exit code: 1 if anything was sent twice or lost.',
  async run() {
    const { accountText, isClean } = await import('./account.ts');
    const { runChaos } = await import('./run.ts');
    // The `exit` listener of the stack ends it.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    const startedAt = performance.now();
    const say = (line: string) =>
      console.log(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(4)} s  ${line}`);
    const result = await runChaos({
      recipients: 10_000,
      ratePerMinute: 12_000,
      killSubmission: true,
      kills: WANTED_KILLS - 1,
      killsUntil: 0.9,
      strikes: 1000,
      deadlineSeconds: 570,
      say,
    });
    const { account, kills, struck, recognised, lateRequests } = result;
    for (const line of account.discrepancies) say(line);
    say(`${kills} kills; answers of ACS: ${struck.join(', ')}`);
    say(`${recognised} messages were given to ACS again and recognised; ${lateRequests} requests after the end`);
    console.log(accountText(account));
    return isClean(account) && kills >= WANTED_KILLS && lateRequests === 0 ? 0 : 1;
  },
});
