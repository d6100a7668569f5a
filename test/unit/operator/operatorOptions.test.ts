import { expect, test } from 'vitest';
import { OPERATOR, readOperatorCommand } from '../../../infra/operator/operatorOptions.ts';
import { parseCommandLine, usageOf } from '../../../infra/toolchain/command.ts';

function read(args: readonly string[]) {
  const commandLine = parseCommandLine(OPERATOR, args);
  if (commandLine === 'help') return commandLine;
  const { values: options, positionals } = commandLine;
  return { ...readOperatorCommand(positionals, options), options };
}

test('parses a command, its subject and options', () => {
  expect(read(['cancel-client', 'shop'])).toMatchObject({ command: 'cancel-client', subject: 'shop' });
  expect(read(['erase', '+14255550123', '--yes', '--include-opt-outs', '--settings', 'x.env'])).toMatchObject({
    command: 'erase',
    subject: '+14255550123',
    options: { yes: true, 'include-opt-outs': true, settings: 'x.env' },
  });
  expect(read(['export', 'a@b.c'])).toMatchObject({ options: { yes: false } });
});

test('--help takes precedence, and names every command and option', () => {
  expect(read(['--help'])).toBe('help');
  expect(read(['erase', '--help'])).toBe('help');
  for (const it of ['cancel-client', 'export', 'erase', '--yes', '--include-opt-outs', '--settings'])
    expect(usageOf(OPERATOR)).toContain(it);
});

test.each([
  [[], 'No command given'],
  [['cancel'], "Unknown command 'cancel'"],
  [['erase'], 'erase takes one number or address'],
  [['cancel-client', ''], 'cancel-client takes one client name'],
  [['export', '+14255550123', '+14255550124'], 'export takes one'],
  [['export', '+14255550123', '--yes'], '--yes is not valid with export'],
  [['cancel-client', 'shop', '--include-opt-outs'], '--include-opt-outs is only valid with erase'],
  [['erase', '+14255550123', '--force'], "Unknown option '--force'"],
])('%j is rejected', (args, message) => {
  expect(() => read(args)).toThrow(message);
});
