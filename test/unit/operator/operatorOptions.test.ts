import { expect, test } from 'vitest';
import { HELP, parseOperatorOptions } from '../../../infra/operator/operatorOptions.ts';

test('parses a command, its subject and options', () => {
  expect(parseOperatorOptions(['cancel-client', 'shop'])).toMatchObject({ command: 'cancel-client', subject: 'shop' });
  expect(
    parseOperatorOptions(['erase', '+14255550123', '--yes', '--include-opt-outs', '--settings', 'x.env']),
  ).toMatchObject({
    command: 'erase',
    subject: '+14255550123',
    options: { yes: true, 'include-opt-outs': true, settings: 'x.env' },
  });
  expect(parseOperatorOptions(['export', 'a@b.c']).options).toMatchObject({ yes: false });
});

test('--help takes precedence, and names every command and option', () => {
  expect(parseOperatorOptions(['--help'])).toMatchObject({ command: 'help' });
  expect(parseOperatorOptions(['erase', '--help'])).toMatchObject({ command: 'help' });
  for (const it of ['cancel-client', 'export', 'erase', '--yes', '--include-opt-outs', '--settings'])
    expect(HELP).toContain(it);
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
  expect(() => parseOperatorOptions(args)).toThrow(message);
});
