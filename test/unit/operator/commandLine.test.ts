import { expect, test } from 'vitest';
import { HELP, parseCommandLine } from '../../../infra/operator/command/commandLine.ts';

test('a command, what it is about, and options', () => {
  expect(parseCommandLine(['cancel-client', 'shop'])).toMatchObject({ command: 'cancel-client', subject: 'shop' });
  expect(
    parseCommandLine(['erase', '+14255550123', '--yes', '--include-opt-outs', '--settings', 'x.env']),
  ).toMatchObject({
    command: 'erase',
    subject: '+14255550123',
    options: { yes: true, 'include-opt-outs': true, settings: 'x.env' },
  });
  expect(parseCommandLine(['export', 'a@b.c']).options).toMatchObject({ yes: false });
});

test('help comes before everything else, and names every command and option', () => {
  expect(parseCommandLine(['--help'])).toMatchObject({ command: 'help' });
  expect(parseCommandLine(['erase', '--help'])).toMatchObject({ command: 'help' });
  for (const it of ['cancel-client', 'export', 'erase', '--yes', '--include-opt-outs', '--settings'])
    expect(HELP).toContain(it);
});

test.each([
  [[], 'Which command?'],
  [['cancel'], "There is no command 'cancel'"],
  [['erase'], 'erase takes one number or address'],
  [['cancel-client', ''], 'cancel-client takes one client name'],
  [['export', '+14255550123', '+14255550124'], 'export takes one'],
  [['export', '+14255550123', '--yes'], '--yes does not go with export'],
  [['cancel-client', 'shop', '--include-opt-outs'], '--include-opt-outs goes with erase only'],
  [['erase', '+14255550123', '--force'], "Unknown option '--force'"],
])('%j is refused', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(message);
});
