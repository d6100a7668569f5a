import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { COMMANDS } from '../../infra/toolchain/command.ts';
import { projectCopy } from '../setup/startForTest.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

// Help works before packages are installed, and does not install them.
const { directory, remove } = projectCopy();
rmSync(join(directory, 'node_modules'));
cpSync('test', join(directory, 'test'), { recursive: true });
afterAll(remove);

function run(name: string, ...args: readonly string[]) {
  const command = [scripts[name], ...args].join(' ');
  // The Node of the tests can run TypeScript; an older one needs the installed packages even for help.
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  return spawnSync('/bin/sh', ['-c', command], { cwd: directory, encoding: 'utf8', env: { ...process.env, PATH } });
}

const filesOf = () => readdirSync(directory, { recursive: true }).sort();

test.each(Object.entries(COMMANDS))('%s --help prints the usage and does nothing else', (name, summary) => {
  const before = filesOf();
  const { status, stdout, stderr } = run(name, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^npm (?:run )?${name}\\b`));
  expect(stdout).toContain(summary);
  expect(stdout).toContain('--help');
  expect(filesOf()).toEqual(before);
});

test('help lists every command with its line', () => {
  const { status, stdout } = run('help');
  expect(status).toBe(0);
  const lines = stdout.split('\n');
  for (const [name, summary] of Object.entries(COMMANDS)) {
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`npm (?:run )?${name} +`)));
    expect(stdout).toContain(summary);
  }
});
