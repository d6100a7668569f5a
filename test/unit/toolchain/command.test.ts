import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS, parseCommandLine, usageOf } from '../../../infra/toolchain/command.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const declaration = {
  name: 'call',
  usage: ['<path> [options]'],
  parameters: { '<path>': 'what to call' },
  options: {
    times: { type: 'string', value: '<number>', description: 'how often' },
    quiet: { type: 'boolean', default: false, description: 'print nothing' },
  },
} as const;

test('the list has every script of package.json', () => {
  expect(Object.keys(COMMANDS)).toEqual(Object.keys(scripts));
});

describe('a command line', () => {
  test('is parsed into options and positional arguments', () => {
    expect(parseCommandLine(declaration, ['/sms', '--times', '2'])).toEqual({
      values: { times: '2', quiet: false },
      positionals: ['/sms'],
    });
  });

  test.each([['--help'], ['-h']])('with %s asks for help, whatever else it has', (flag) => {
    expect(parseCommandLine(declaration, ['/sms', '--quiet', flag])).toBe('help');
    expect(parseCommandLine({ name: 'test', isWrapper: true }, ['--reporter=dot', flag])).toBe('help');
  });

  test.each([
    [['--loud'], "Unknown option '--loud'. See npm run call -- --help"],
    [['--times'], "Option '--times <value>' argument missing. See npm run call -- --help"],
    [['--quiet=yes'], "Option '--quiet' does not take an argument. See npm run call -- --help"],
  ])('%j is refused with one line', (args, message) => {
    expect(() => parseCommandLine(declaration, args)).toThrow(new Error(message));
  });

  test('of a command without parameters has no positional arguments', () => {
    expect(() => parseCommandLine({ name: 'start' }, ['now'])).toThrow(
      /^Unexpected argument 'now'\. See npm start -- --help/,
    );
  });

  test('of a wrapper is handed on unparsed', () => {
    const args = ['--reporter=dot', '-t', 'name'];
    expect(parseCommandLine({ name: 'test', isWrapper: true }, args)).toEqual({ values: {}, positionals: args });
  });
});

test('the usage has every form, parameter and option, with aligned descriptions that fit a terminal', () => {
  const usage = usageOf({ ...declaration, details: 'Details.', notes: 'Notes.' });
  expect(usage.split('\n')).toEqual([
    'npm run call -- <path> [options]',
    '',
    COMMANDS.call,
    '',
    'Details.',
    '',
    '  <path>                    what to call',
    '  --times <number>          how often',
    '  --quiet                   print nothing',
    '  --help                    show this help',
    '',
    'Notes.',
    '',
  ]);
});

test('a long description is wrapped', () => {
  const description = 'word '.repeat(40).trim();
  const usage = usageOf({ name: 'call', options: { long: { type: 'boolean', description } } });
  const lines = usage.split('\n').filter((line) => line.includes('word'));
  expect(lines.length).toBeGreaterThan(1);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
  expect(lines.join(' ').match(/word/g)).toHaveLength(40);
});
