import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { blocksOf } from '../setup/codeBlocks.ts';
import { eventually } from '../setup/eventually.ts';
import { type Consumer, createConsumer, packProject, userEnvironment } from '../setup/npmPackage.ts';

// Follows README.md, "Use it from npm", in an empty folder. Needs the npm registry, for what is installed beside the package.

const TESTED = 'test/integration/npmPackage.long.test.ts';
const blocks = blocksOf('README.md');
const [install = '', start = ''] = (blocks.find(({ testedBy }) => testedBy === TESTED)?.code ?? '').split('\n');
const program = blocks.find(({ language, code }) => language === 'ts' && code.includes('acs-switchboard/client'));

/** Older compilers than the project's own. */
const COMPILERS = ['typescript@5.7', 'typescript@5.9'];

let consumer: Consumer;
const destination = mkdtempSync(join(tmpdir(), 'switchboard-tarball-'));

beforeAll(() => {
  const { tarball } = packProject(destination);
  consumer = createConsumer();
  expect(install).toMatch(/^npm install acs-switchboard azurite@\S+ @azure\/communication-sms$/);
  consumer.npm(...install.replace('acs-switchboard', tarball).split(' ').slice(1), '--no-audit', '--no-fund');
}, 600_000);
afterAll(() => {
  consumer.remove();
  rmSync(destination, { recursive: true });
});

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

test('a new user sends through the typed client and through an official SDK', async () => {
  expect(start).toMatch(/^npx switchboard start +#/);
  const npx = join(process.env['npm_execpath'] ?? '', '../npx-cli.js');
  const running = spawn(process.execPath, [npx, 'switchboard', 'start', '--ports', 'auto'], {
    ...{ cwd: consumer.directory, env: userEnvironment, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  try {
    let output = '';
    running.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    const [, connection] = await eventually('the connection string is printed', () => {
      return /^ {2}Client +(endpoint=\S+)/m.exec(output) ?? undefined;
    });
    writeFileSync(join(consumer.directory, 'send.mjs'), program?.code ?? '');
    const sent = spawn(process.execPath, ['send.mjs'], {
      ...{ cwd: consumer.directory, stdio: 'inherit' },
      env: { ...userEnvironment, SWITCHBOARD_CONNECTION_STRING: connection },
    });
    expect(await once(sent, 'exit')).toEqual([0, null]);
    const [, acs] = /^ {2}ACS emulator +(http:\S+)/m.exec(output) ?? [];
    const received = await textOf(`${acs}/_emulator/sms`);
    expect(received).toContain('Hello from the typed client');
    expect(received).toContain('Hello from the SDK');
  } finally {
    running.kill('SIGTERM');
    await once(running, 'exit');
  }
});

describe('the examples of the emulator’s page', () => {
  const examples = blocksOf('infra/local/acs-emulator/README.md').filter(({ testedBy }) => testedBy === TESTED);
  const npx = join(process.env['npm_execpath'] ?? '', '../npx-cli.js');

  /** Writes the example whose file has this suffix. @returns its name */
  function write(suffix: string): string {
    const example = examples.find(({ code }) => /^\/\/ (\S+)/.exec(code)?.[1]?.endsWith(suffix));
    const name = /^\/\/ (\S+)/.exec(example?.code ?? '')?.[1] ?? '';
    writeFileSync(join(consumer.directory, name), example?.code ?? '');
    return name;
  }

  function run(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
    const env = { ...userEnvironment, ...environment };
    return spawnSync(process.execPath, [npx, ...args], { cwd: consumer.directory, env, encoding: 'utf8' });
  }

  beforeAll(() => {
    const packages = ['jest@30', '@playwright/test@1', '@azure/communication-email'];
    consumer.npm('install', '--no-audit', '--no-fund', ...packages);
  }, 600_000);

  test('Jest', () => {
    const name = write('.test.mjs');
    const { status, stderr } = run({ NODE_OPTIONS: '--experimental-vm-modules' }, 'jest', '--testMatch', `**/${name}`);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/Tests:.*1 passed/);
  });

  test('Playwright', async () => {
    const name = write('.spec.ts');
    await using acs = await startAcsEmulator();
    const child = spawn(process.execPath, [npx, 'playwright', 'test', name], {
      ...{
        cwd: consumer.directory,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...userEnvironment, ACS_URL: acs.url },
      },
    });
    const output = text(child.stdout);
    expect([await once(child, 'exit'), await output]).toEqual([[0, null], expect.stringContaining('2 passed')]);
  });
});

describe('the types compile with older compilers', () => {
  const source = `
import { SwitchboardClient } from 'acs-switchboard/client';
import { startAcsEmulator } from 'acs-switchboard/emulator';
import { importKey } from 'acs-switchboard/signing';

export async function main(): Promise<string> {
  const { connectionString, close } = await startAcsEmulator({ ports: { http: 0 }, clock: () => new Date() });
  const { value } = await new SwitchboardClient(connectionString).sms.send({ from: '1', smsRecipients: [], message: '' });
  await close();
  return importKey('a2V5').hmac(value[0]?.to ?? '');
}
`;

  test.each(COMPILERS)('%s', (compiler) => {
    const older = createConsumer();
    try {
      older.npm('install', '--no-audit', '--no-fund', '--no-save', compiler);
      const tsc = join(older.directory, 'node_modules/typescript/bin/tsc');
      const compilerOptions = { strict: true, skipLibCheck: false, types: [], noEmit: true, target: 'es2022' };
      writeFileSync(join(consumer.directory, 'older.mts'), source);
      for (const options of [{ module: 'nodenext' }, { module: 'esnext', moduleResolution: 'bundler' }]) {
        const config = { compilerOptions: { ...compilerOptions, ...options }, files: ['older.mts'] };
        writeFileSync(join(consumer.directory, 'tsconfig.json'), JSON.stringify(config));
        expect(consumer.node(tsc, '--project', '.')).toBe('');
      }
    } finally {
      older.remove();
    }
  });
});
