import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Announcement } from '../../infra/local/start/announcement.ts';
import { queueMessage } from '../../shared/contract/queueMessage.ts';
import { clientList } from '../../shared/settings/clientSettings.ts';
import { blocksOf, type CodeBlock } from '../setup/codeBlocks.ts';
import { smsTo } from '../setup/emulator.ts';
import { type StartProcess, spawnStart } from '../setup/ownStack.ts';
import { projectCopy } from '../setup/startForTest.ts';

// Every command and every snippet of the documentation, against a stack as `npm start` starts it.

const blocks = globSync(['*.md', '{functions,shared,infra,test}/**/*.md'])
  .sort()
  .flatMap((file) => blocksOf(file))
  .filter(({ isForAzure, testedBy }) => !isForAzure && testedBy === undefined);
const blocksIn = (...languages: string[]) =>
  blocks
    .filter(({ language }) => languages.includes(language))
    .map((block) => ({ ...block, name: `${block.file}:${block.line}` }));

const { directory, remove } = projectCopy();
const tools = mkdtempSync(join(tmpdir(), 'switchboard-docs-'));
let start: StartProcess;
let stack: Announcement;

const variables = z.object({ Values: z.object({ CLIENTS: z.string() }) });

beforeAll(async () => {
  const { Values } = variables.parse(JSON.parse(readFileSync('local.settings.json', 'utf8')));
  start = spawnStart({ args: ['--json', '--ports', 'auto'], environment: { CLIENTS: Values.CLIENTS }, cwd: directory });
  writeTools();
  stack = await start.announced;
  expectSuccess(await run(process.execPath, [resolve('infra/toolchain/main.ts'), 'build'])); // acs-switchboard/signing
});

afterAll(async () => {
  start.signal('SIGTERM');
  await start.exitCode;
  remove();
  rmSync(tools, { recursive: true });
});

/** `npm` without npm's own start-up, which most of the time would be spent on, and a `curl` for which an error is one. */
function writeTools(): void {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const cases = Object.entries(scripts).map(
    ([name, command]) => `${name}) entry='${/run\.mjs (.+)/.exec(command)?.[1]}' ;;`,
  );
  const npm = `[ "$1" = run ] && shift
case "$1" in
${cases.join('\n')}
esac
shift
[ "$1" = -- ] && shift
exec '${process.execPath}' --disable-warning=ExperimentalWarning $entry "$@"`;
  mkdirSync(join(tools, 'bin'));
  for (const [name, script] of [
    ['npm', npm],
    ['curl', 'PATH="$REAL_PATH" exec curl --fail-with-body --silent --show-error "$@"'],
  ] as const) {
    const file = join(tools, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
}

const VARIABLES = ['SWITCHBOARD_CONNECTION_STRING', 'STORAGE_CONNECTION_STRING'] as const;

/** Runs something in the copy of the project. It has those variables that its code reads, and no other. */
async function run(command: string, args: readonly string[], { code = '' }: { readonly code?: string } = {}) {
  const values = { SWITCHBOARD_CONNECTION_STRING: stack.client, STORAGE_CONNECTION_STRING: stack.storage };
  const used = VARIABLES.filter((name) => code.includes(name)).map((name) => [name, values[name]] as const);
  const child = spawn(command, args, {
    cwd: directory,
    env: {
      ...process.env,
      PATH: [join(tools, 'bin'), process.env['PATH']].join(delimiter),
      REAL_PATH: process.env['PATH'],
      ...Object.fromEntries(used),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done, reject) => {
    child.once('close', done);
    child.once('error', reject);
  });
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, output, log };
}

function expectSuccess({ code, output, log }: Awaited<ReturnType<typeof run>>): void {
  expect(code, `${output}\n${log}`).toBe(0);
}

/** The code with the addresses of this stack. */
const addressed = ({ code }: CodeBlock) =>
  code.replaceAll('http://127.0.0.1:7071', stack.switchboard).replaceAll('http://127.0.0.1:8787', stack.acs);

let files = 0;
function written(extension: string, code: string): string {
  files += 1;
  const file = join(directory, `snippet${files}.${extension}`);
  writeFileSync(file, code);
  return file;
}

async function messagesTo(number: string): Promise<unknown[]> {
  return (await smsTo(stack.acs, number)).map(({ message }) => message);
}

// One after the other, in the order of the pages: some change the emulator, and change it again.
describe('shell', () => {
  test.each(blocksIn('sh'))('$name', async (block) => {
    const code = addressed(block);
    expectSuccess(await run('sh', ['-e', '-c', code], { code }));
  });
});

describe('TypeScript', () => {
  test.each(blocksIn('ts'))('$name', async (block) => {
    const code = addressed(block);
    const file = written('ts', code);
    const result = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file], { code });
    expectSuccess(result);
    if (code.includes('order-18')) expect(result.output).toMatch(/^switchboard\.sendSms\.succeeded order-18 /);
  });
});

// Contributors may have no Python; CI has.
const hasPython = Boolean(process.env['CI']) || spawnSync('python3', ['--version']).status === 0;

describe('Python', () => {
  test.skipIf(!hasPython).each(blocksIn('python'))('$name', async (block) => {
    const code = addressed(block);
    expectSuccess(await run('python3', [written('py', code)], { code }));
  });
});

test.each([
  'TypeScript',
  'the signing module',
  'the typed client',
  ...(hasPython ? ['Python'] : []),
  'the SDK',
  'a queue',
])('the example of %s has sent its message', async (name) => {
  expect(await messagesTo('+14255550123')).toContain(`Hello from ${name}`);
});

describe('JSON', () => {
  test.each(blocksIn('json'))('$name', ({ code }) => {
    const value = z.looseObject({}).parse(JSON.parse(code));
    if ('keys' in value) expect(clientList.safeParse([value]).error).toBeUndefined();
    else expect(queueMessage.safeParse(value).error).toBeUndefined();
  });
});

test('everything else is an illustration: no command hides in it', () => {
  const others = blocksIn('', 'text', 'diff', 'mermaid');
  expect(new Set(blocks.map(({ language }) => language))).toEqual(
    new Set(['', 'text', 'diff', 'mermaid', 'sh', 'ts', 'python', 'json']),
  );
  expect(others.filter(({ code }) => /^(?:npm|curl|az|azd|git|docker) /m.test(code)).map(({ name }) => name)).toEqual(
    [],
  );
});
