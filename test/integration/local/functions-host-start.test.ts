import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HostProcess, startApp } from './functions-host-process.ts';

const good = `import { app } from '@azure/functions'; app.http('good', { handler: () => ({ body: 'good' }) });`;
const handler = 'handler: () => undefined';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'functions-host-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('start of the functions host', () => {
  it.each([
    [
      'an unsupported trigger',
      `app.storageBlob('f', { path: 'a', connection: '', ${handler} });`,
      /^f: the trigger kind blobTrigger is not/,
    ],
    [
      'an unsupported output',
      `app.http('f', { return: { type: 'blob', name: 'b' }, ${handler} });`,
      /^f: the output kind blob is not/,
    ],
    [
      'a missing storage setting',
      `app.storageQueue('f', { queueName: 'q', connection: 'MyStorage', ${handler} });`,
      /^f: the app setting MyStorage /,
    ],
    [
      'a missing setting in a schedule',
      `app.timer('f', { schedule: '%EVERY%', ${handler} });`,
      /^f: the app setting EVERY is missing/,
    ],
    [
      'an invalid schedule',
      `app.timer('f', { schedule: 'x', ${handler} });`,
      /^f: the schedule "x" is not an NCRONTAB/,
    ],
    ['one route twice', `app.http('f', { route: 'Good', ${handler} });`, /^good: the route "good" is that of f/],
    ['an unknown constraint', `app.http('f', { route: '{a:b}', ${handler} });`, /unknown constraint: b/],
    ['one function twice', `app.http('good', { ${handler} });`, /"good" is registered twice/],
    [
      'a file that throws',
      `throw new Error('not today');`,
      /^dist\/functions\/z\.js could not be loaded: Error: not today/,
    ],
    [
      'a failing appStart hook',
      `app.hook.appStart(() => { throw new Error('not today'); });`,
      /^An appStart hook failed: Error: not today/,
    ],
    ['HTTP streaming', 'app.setup({ enableHttpStream: true });', /enableHttpStream: true .* is not supported/],
  ])('fails at %s', async (_, text, why) => {
    const host = await startApp({
      files: { 'a.js': good, 'z.js': `import { app } from '@azure/functions';\n${text}` },
    });
    expect(await host.exitCode()).toBe(1);
    expect(host.errors.join('\n')).toMatch(why);
    expect(host.out.join('\n')).not.toContain('ready');
  });

  it('fails at an invalid host.json, with a line for each value', async () => {
    const queues = { batchSize: 100, messageEncoding: 'hex' };
    const host = await startApp({ files: { 'a.js': good }, hostJson: { version: '2.0', extensions: { queues } } });
    expect(await host.exitCode()).toBe(1);
    expect(host.errors).toHaveLength(2);
    expect(host.errors[0]).toMatch(/^host\.json: extensions\.queues\.batchSize /);
  });

  it('fails at a port in use, which it names with its flag', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    onTestFinished(() => void taken.close());
    const host = await startApp({ files: { 'a.js': good } }, ['--port', `${port}`]);
    expect(await host.exitCode()).toBe(1);
    expect(host.errors).toEqual([`--port: port ${port} is already in use.`]);
  });

  it.each([
    [['--nonsense'], /nonsense/],
    [['--port', 'x'], /^--port is a number/],
    [['--tls-port', '0'], /only valid together/],
    [['--tls-port', '0', '--cert', '/missing', '--key', '/missing'], /^--cert: ENOENT/],
    [['--function-key', 'x'], /name=value/],
  ])('fails at the flags %j', async (args, why) => {
    const host = await startApp({ files: { 'a.js': good } }, args);
    expect(await host.exitCode()).toBe(1);
    expect(host.errors.join('\n')).toMatch(why);
  });

  it('fails at an app that is not built', async () => {
    const folder = await newFolder();
    await writeFile(path.join(folder, 'host.json'), '{"version":"2.0"}');
    await writeFile(path.join(folder, 'package.json'), '{"main":"dist/*.js"}');
    const host = new HostProcess(folder);
    expect(await host.exitCode()).toBe(1);
    expect(host.errors.join('\n')).toMatch(/\(dist\/\*\.js\) matches no file .* Is the app built\?/);
  });

  it('describes its flags', async () => {
    const host = new HostProcess(await newFolder(), ['--help']);
    expect(await host.exitCode()).toBe(0);
    expect(host.out.join('\n')).toContain('--data-dir');
  });

  it('runs an app that is not bundled, and its hooks on start and stop', async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, 'functions'));
    await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'host.json'), '{"version":"2.0"}');
    await writeFile(path.join(folder, 'package.json'), '{"main":"functions/*.mjs"}');
    await writeFile(
      path.join(folder, 'functions/a.mjs'),
      `${good}
      app.hook.appStart(() => console.log('app started'));
      app.hook.appTerminate(async () => { await null; console.log('app terminated'); });`,
    );
    const host = new HostProcess(folder);
    const { url } = await host.ready();
    expect(await (await fetch(`${url}/api/good`)).text()).toBe('good');
    expect(await host.stop()).toBe(0);
    expect(host.out.filter((line) => line.startsWith('app '))).toEqual(['app started', 'app terminated']);
  });

  it('runs a missed timer at once, and stores its status', async () => {
    const dataDir = await newFolder();
    const file = path.join(dataDir, 'timers/hourly.json');
    const times = { last: '2026-01-01T10:00:00Z', next: '2026-01-01T11:00:00Z', lastUpdated: '2026-01-01T10:00:00Z' };
    await mkdir(path.dirname(file));
    await writeFile(file, JSON.stringify(times));
    const source = `import { app } from '@azure/functions';
      const handler = (timer, context) => context.log(JSON.stringify(timer));
      app.timer('hourly', { schedule: '%EVERY%', handler });
      app.timer('often', { schedule: '* * * * * *', handler });
      app.timer('first', { schedule: '0 0 0 1 1 *', runOnStartup: true, handler });`;
    const host = await startApp({ files: { 'a.js': source } }, ['--data-dir', dataDir], { EVERY: '0 0 * * * *' });
    const timer = async (name: string) =>
      JSON.parse((await host.line(new RegExp(`${name}: {`))).replace(/^.*?: {/, '{'));
    expect(await timer('hourly')).toMatchObject({
      isPastDue: true,
      scheduleStatus: { last: '2026-01-01T10:00:00.000Z', next: '2026-01-01T11:00:00.000Z' },
    });
    expect(await timer('first')).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
    expect(await timer('often')).toMatchObject({ isPastDue: false, scheduleStatus: null });
    expect(await host.stop()).toBe(0);
    const kept = JSON.parse(await readFile(file, 'utf8')) as { next: string };
    expect(new Date(kept.next).getTime()).toBeGreaterThan(Date.now());
  });
});
