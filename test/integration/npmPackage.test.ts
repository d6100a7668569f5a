import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { blocksOf } from '../setup/codeBlocks.ts';
import { eventually } from '../setup/eventually.ts';
import { type Consumer, createConsumer, type Packed, packProject, userEnvironment } from '../setup/npmPackage.ts';
import { descendantsOf, isRunning } from '../setup/processes.ts';

// What `npm pack` makes, as its users have it: installed in a folder outside the project. Needs no network: the package has no
// dependencies. npmPackage.long.test.ts does the same with what users install beside it.

let packed: Packed;
let consumer: Consumer;
const destination = mkdtempSync(join(tmpdir(), 'switchboard-tarball-'));

beforeAll(() => {
  packed = packProject(destination);
  consumer = createConsumer();
  consumer.npm('install', '--offline', '--no-audit', '--no-fund', packed.tarball);
});
afterAll(() => {
  consumer.remove();
  rmSync(destination, { recursive: true });
});

const installed = (...path: string[]) => join(consumer.directory, 'node_modules/acs-switchboard', ...path);
const manifest = () => JSON.parse(readFileSync(installed('package.json'), 'utf8')) as Record<string, unknown>;

describe('the package', () => {
  test('installs nothing else, and runs nothing when it is installed', () => {
    expect(globSync(['*', '@*/*'], { cwd: join(consumer.directory, 'node_modules') })).toEqual(['acs-switchboard']);
    expect(Object.keys(manifest()).filter((it) => /^(?:bundled?|optional)?dependencies$/i.test(it))).toEqual([]);
    const scripts = Object.keys(manifest()['scripts'] as object);
    // https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-operation-order
    expect(scripts.filter((it) => /^(?:pre|post)?(?:install|prepare|uninstall)$|^dependencies$/.test(it))).toEqual([]);
    expect(packed.files.filter(({ path }) => path.endsWith('binding.gyp'))).toEqual([]);
  });

  test('has what runs, its types, its pages and what it is made of, and nothing else', () => {
    const kinds = packed.files.map(({ path }) =>
      path
        .replace(/^dist\/types\/.*\.d\.ts$/, 'types')
        .replace(
          /^dist\/(?:chunks|cli|client|docs|emulator|functions|outbox|signing)\/[\w./-]+\.(?:js|css|html|txt)$/,
          'code',
        )
        .replace(/^(?:[\w-]+\/)*README\.md$/, 'README.md'),
    );
    const described = ['dist/sbom.cdx.json', 'dist/THIRD-PARTY-LICENSES.txt', 'LICENSE', 'README.md', 'package.json'];
    const read = ['host.json', 'local.settings.json'];
    expect(new Set(kinds)).toEqual(new Set(['code', 'types', ...described, ...read]));
    // The copy that is packed does not have every file of the project.
    const listed = manifest()['files'] as readonly string[];
    const isPacked = (it: string) =>
      packed.files.some(({ path }) => path.startsWith(`${it}/`) || matchesGlob(path, it));
    expect(listed.filter((it) => !isPacked(it))).toEqual([]);
  });

  test('has the pages to which those on calling and on the local stack link', () => {
    const pages = packed.files.filter(({ path }) => /^(?:functions|shared|infra\/local)\/.*README\.md$/.test(path));
    const linked = pages.flatMap(({ path }) => {
      const links = readFileSync(installed(path), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g);
      return [...links].map(([, target = '']) => join(path, '..', target));
    });
    expect(linked).toContain('infra/local/README.md');
    expect(linked.filter((it) => !existsSync(installed(it)))).toEqual([]);
  });

  test('names no folder of the machine that built it, and no source map', () => {
    const texts = packed.files.map(({ path }) => {
      const text = readFileSync(installed(path), 'utf8').replaceAll('\\\n', ''); // continued lines
      return [path, text.replaceAll(packed.modules, 'node_modules')] as const;
    });
    const hints = [resolve('.'), 'switchboard-project-', '//# sourceMappingURL='];
    const found = hints.flatMap((hint) => texts.filter(([, text]) => text.includes(hint)).map((it) => [hint, it[0]]));
    expect(found).toEqual([]);
  });

  test('is small, and the part that a test loads is smaller', () => {
    const megabytes = (prefix: string) =>
      packed.files.filter(({ path }) => path.startsWith(prefix)).reduce((sum, { size }) => sum + size, 0) / 1e6;
    expect(packed.size / 1e6).toBeLessThan(4);
    expect(packed.unpackedSize / 1e6).toBeLessThan(16);
    expect(megabytes('dist/emulator/')).toBeLessThan(2);
    expect(megabytes('dist/client/')).toBeLessThan(0.06);
    expect(megabytes('dist/signing/')).toBeLessThan(0.03);
  });
});

const PROGRAM = `
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
import { SwitchboardClient, SwitchboardError, type SendSmsRequest } from 'acs-switchboard/client';
import {
  type AcsEmulator, type AcsEmulatorOptions, type AcsMailbox, connectToAcsEmulator, type EventGridEvent, type SmsItem, startAcsEmulator,
} from 'acs-switchboard/emulator';
import { importKey, type SigningKey, sign, verify } from 'acs-switchboard/signing';

const events: EventGridEvent[] = [];
const options: AcsEmulatorOptions = {
  quotas: { sms: { tollFree: 10 } },
  faults: [{ operation: 'createIdentity', status: 503, count: 1 }],
  clock: () => new Date(),
  eventDelayMilliseconds: 0,
  onEvent: (event) => { events.push(event); },
};
await using emulator: AcsEmulator = await startAcsEmulator(options);
const accessKey = emulator.connectionString.split('accesskey=')[1] ?? '';
const key: SigningKey = importKey(accessKey);
const body = JSON.stringify({ from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello' });
const url = emulator.url + '/sms?api-version=2021-03-07';
const { host, ...headers } = sign({ method: 'POST', url, body, date: new Date() }, key);
const response = await fetch(url, { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } });
const item: SmsItem = await emulator.waitForSms({ to: '+14255550123', text: /^Hello/ });
const remote: AcsMailbox = await connectToAcsEmulator({ url: emulator.url });
const found = await remote.waitForSms({ after: item.sequence - 1 });
await remote.close();
const verified = verify({ method: 'GET', target: '/', hosts: [host], header: () => null, body: new Uint8Array() }, [key], new Date());

const connection = process.env['SWITCHBOARD'];
const client = new SwitchboardClient(connection ?? emulator.connectionString, { retry: false });
const request: SendSmsRequest = { from: '+18005550100', smsRecipients: [{ to: '+14255550124' }], message: 'Hello' };
const sent = await client.sms.send(request).then(({ value: [result] }) => result?.successful, (error: unknown) => {
  if (error instanceof SwitchboardError) return error.code; // the emulator is not Switchboard
  throw error;
});
console.log(JSON.stringify([response.status, found.message, verified.ok, emulator.ca.split('\\n')[0], sent]));
`;

const EMULATOR_PAGE = 'infra/local/acs-emulator/README.md';

describe('the emulator’s page', () => {
  const examples = blocksOf(EMULATOR_PAGE).filter(({ testedBy }) => testedBy === 'test/integration/npmPackage.test.ts');

  test('begins with commands that exist', () => {
    const [commands] = examples.filter(({ language }) => language === 'sh');
    expect(commands?.code).toBe('npm install --save-dev acs-switchboard\nnpx switchboard emulator\n');
  });

  test('has an example for Vitest that passes', () => {
    const [example] = examples.filter(({ language }) => language === 'ts');
    const [, name = ''] = /^\/\/ (\S+)/.exec(example?.code ?? '') ?? [];
    writeFileSync(join(consumer.directory, name), example?.code ?? '');
    mkdirSync(join(consumer.directory, 'node_modules/@azure'));
    const beside = ['vitest', '@azure/communication-sms'].map((it) => join('node_modules', it));
    for (const it of beside) symlinkSync(resolve(it), join(consumer.directory, it));
    onTestFinished(() => {
      for (const it of [...beside, 'node_modules/@azure']) rmSync(join(consumer.directory, it), { recursive: true });
    });
    expect(consumer.node(resolve('node_modules/vitest/vitest.mjs'), 'run', name)).toMatch(/Tests.*1 passed/);
  });
});

/** No @types/node, and no other types than those of the language and the browser. */
const COMPILER = { strict: true, skipLibCheck: false, types: [], noEmit: true, target: 'es2022' };
const NODE = { ...COMPILER, module: 'nodenext' };
const BUNDLER = { ...COMPILER, module: 'esnext', moduleResolution: 'bundler' };

describe('a TypeScript program without any other package', () => {
  test.each([
    ['nodenext', NODE],
    ['bundler', BUNDLER],
    ['nodenext, with the strictest options', { ...NODE, exactOptionalPropertyTypes: true, isolatedModules: true }],
  ])('compiles: %s', (_, compilerOptions) => {
    writeFileSync(join(consumer.directory, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(consumer.directory, 'main.ts'), PROGRAM);
    writeFileSync(join(consumer.directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    expect(consumer.node(resolve('node_modules/typescript/bin/tsc'), '--project', '.')).toBe('');
  });

  test('runs: the emulator, the signer and the typed client', () => {
    writeFileSync(join(consumer.directory, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(consumer.directory, 'main.ts'), PROGRAM);
    expect(JSON.parse(consumer.node('main.ts'))).toEqual([
      202,
      'Hello',
      false,
      '-----BEGIN CERTIFICATE-----',
      'Denied',
    ]);
  });
});

describe('npx switchboard', () => {
  test('--version is that of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(consumer.npx('switchboard', '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help lists the commands, each of which has its own', () => {
    const { status, stdout } = consumer.npx('switchboard', '--help');
    expect(status).toBe(0);
    const names = [...stdout.matchAll(/^ {2}switchboard (\w+) /gm)].map(([, name = '']) => name);
    expect(names).toEqual(['start', 'call', 'batch', 'doctor', 'emulator']);
    for (const name of names) {
      const help = consumer.npx('switchboard', name, '--help');
      expect(help).toMatchObject({ status: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^npx switchboard ${name}\\b`));
      expect(help.stdout).not.toContain('npm run');
      expect(help.stdout).not.toContain('npm start');
    }
  });

  test.each([
    [['strat'], "Unknown command 'strat'."],
    [['deploy'], "Unknown command 'deploy'.\n"],
    [[], 'switchboard emulator'],
  ])('%j is answered with the commands', (args, line) => {
    const { status, stdout, stderr } = consumer.npx('switchboard', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr).toContain('switchboard doctor');
  });

  test('start says how to install what it needs', () => {
    const { status, stdout, stderr } = consumer.npx('switchboard', 'start', '--ports', 'auto');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const { azurite } = manifest()['peerDependencies'] as Record<string, string>;
    expect(stderr).toMatch(/^.* needs Azurite.*: npm install --save-dev azurite@\S+\n$/);
    expect(stderr).toContain(`azurite@${azurite}`);
  });

  test.each(['start', 'doctor'])('%s says which Node it needs, and shows its help with any', (command) => {
    const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.12.0'})";
    const run = (...args: string[]) => {
      const program = ['--import', old, installed('dist/cli/switchboard.js'), command, ...args];
      return spawnSync(process.execPath, program, { cwd: consumer.directory, env: userEnvironment, encoding: 'utf8' });
    };
    expect(run()).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('needs Node 22 or later') });
    expect(run('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`switchboard ${command} [options]`),
    });
  });

  test('call says what to start', () => {
    const { status, stderr } = consumer.npx('switchboard', 'call', 'GET', '/usage');
    expect(status).toBe(2);
    expect(stderr).toContain("run 'npx switchboard start' in another terminal");
  });

  /** Runs a command in the background. @returns its first line, and its processes */
  async function launch(...args: string[]) {
    const npx = join(process.env['npm_execpath'] ?? '', '../npx-cli.js');
    const child = spawn(process.execPath, [npx, 'switchboard', ...args], {
      ...{ cwd: consumer.directory, env: userEnvironment, stdio: ['ignore', 'pipe', 'inherit'] },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(createInterface(child.stdout ?? process.stdin), 'line');
    const tree = descendantsOf(child.pid ?? 0, { itself: true });
    onTestFinished(() => {
      for (const { pid } of tree) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    });
    const hasEnded = () =>
      eventually('all processes have ended', () => !tree.some(({ pid }) => isRunning(pid)) || undefined);
    return { child, announcement: JSON.parse(line), hasEnded };
  }

  test.each(['SIGTERM', 'SIGKILL'] as const)('emulator runs until npx gets %s', async (signal) => {
    const { child, announcement, hasEnded } = await launch('emulator', '--json', '--port', '0', '--tls-port', '0');
    expect((await fetch(`${announcement.acs}/_emulator/health`)).status).toBe(200);
    child.kill(signal);
    await hasEnded();
  });

  test('start runs everything, and call, batch and doctor use it, until npx is killed', async () => {
    symlinkSync(resolve('node_modules/azurite'), join(consumer.directory, 'node_modules/azurite'));
    onTestFinished(() => rmSync(join(consumer.directory, 'node_modules/azurite')));
    const { child, announcement, hasEnded } = await launch('start', '--json', '--ports', 'auto');
    expect((await fetch(`${announcement.switchboard}/docs`)).status).toBe(200);
    const body = '{"from":"+18005550100","smsRecipients":[{"to":"+14255550123"}],"message":"Hello"}';
    expect(consumer.npx('switchboard', 'call', 'POST', '/sms', body)).toMatchObject({ status: 0 });
    writeFileSync(join(consumer.directory, 'recipients.csv'), 'to,name\n+14255550124,Anna\n');
    const batch = ['batch', 'recipients.csv', '--from', '+18005550100', '--message', 'Hello {{name}}'];
    const { status, stdout } = consumer.npx('switchboard', ...batch);
    expect(status).toBe(0);
    expect(stdout).toContain('npx switchboard batch --watch');
    expect(consumer.npx('switchboard', 'doctor')).toMatchObject({ status: 0 });
    child.kill('SIGKILL');
    await hasEnded();
  });
});
