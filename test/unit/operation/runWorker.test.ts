import { InvocationContext } from '@azure/functions';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { serveHttp } from '../../../shared/operation/http.ts';
import { runTimer, runWorker } from '../../../shared/operation/runWorker.ts';
import { logFailure } from '../../../shared/telemetry/failureLog.ts';
import { CLIENTS, greeting, httpRequest, NOW, rig } from './fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  const accessKey = Buffer.from('the key of acs').toString('base64');
  vi.stubEnv('CLIENTS', JSON.stringify(CLIENTS.slice(0, 1)));
  vi.stubEnv('WEBSITE_HOSTNAME', 'switchboard.example');
  vi.stubEnv('ACS_CONNECTION_STRING', `endpoint=https://contoso.communication.azure.com/;accesskey=${accessKey}`);
  vi.stubEnv('AzureWebJobsStorage', 'UseDevelopmentStorage=true');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const fail = () => {
  const cause = new RangeError('+14255550123 is no batch');
  logFailure('Batch 1 of +14255550123 cannot be recovered', new Error('storage is down', { cause }));
};

function invocation() {
  const lines: string[] = [];
  const context = new InvocationContext({ logHandler: (level, ...args) => lines.push(`${level}: ${args.join(' ')}`) });
  return { lines, context };
}

const LOGGED = /^error: Batch 1 of \+1425••• cannot be recovered: Error\n {4}at [\s\S]*\ncaused by RangeError\n/;

test('a failure that a timer has handled stands in its log, with its causes and without people', async () => {
  const { lines, context } = invocation();
  await runTimer('sweep', async () => fail(), context);
  expect(lines).toEqual([expect.stringMatching(LOGGED)]);
});

test('so it does in that of a worker', async () => {
  const { lines, context } = invocation();
  const definition = { name: 'work', queue: 'work', message: z.unknown(), run: async () => fail() };
  await runWorker(definition, {}, context);
  expect(lines).toEqual([expect.stringMatching(LOGGED)]);
});

test('and in that of an HTTP function, also when two are served at the same time', async () => {
  const gate = Promise.withResolvers<void>();
  const operation = greeting(async ({ params }) => {
    if (z.object({ name: z.string() }).parse(params).name === 'Anna') {
      await gate.promise;
      fail();
    } else gate.resolve();
    return {};
  });
  const [one, other] = [invocation(), invocation()];
  const request = (name: string) =>
    httpRequest(operation, {
      body: { from: '+18005550100' },
      params: { name },
      target: `/greetings/${name}?api-version=2024-03-15`,
    });
  await Promise.all([
    serveHttp(operation, request('Anna'), one.context),
    serveHttp(operation, request('Ben'), other.context),
  ]);
  expect(one.lines).toEqual([expect.stringMatching(LOGGED), expect.stringContaining('greet 200')]);
  expect(other.lines).toEqual([expect.stringContaining('greet 200')]);
});

test('outside of an invocation a failure becomes a warning of the process, without its text', () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  fail();
  expect(emitted.mock.calls).toEqual([['Batch 1 of +14255550123 cannot be recovered: Error', 'HandledFailure']]);
  emitted.mockRestore();
});

describe('a worker on a queue to which only Switchboard writes', () => {
  const message = z.strictObject({ text: z.string() });

  test.each([
    ['of another shape', { text: 1, more: 'FORGED\n+14255550123' }],
    ['that is no JSON', 'FORGED\n+14255550123'],
  ])('drops a message %s, with one line that holds nothing of it', async (_, content) => {
    const { lines, context } = invocation();
    const run = vi.fn();
    await runWorker({ name: 'work', queue: 'work', message, isAuthentic: () => false, run }, content, context);
    expect(run).not.toHaveBeenCalled();
    expect(lines).toEqual(['warning: work: dropped a message that Switchboard has not written']);
  });

  test('drops a well-formed message whose seal is not Switchboard’s, and processes others', async () => {
    const { lines, context } = invocation();
    const run = vi.fn();
    const { runtime } = rig();
    const isAuthentic = ({ text }: { readonly text: string }) => text === 'sealed';
    const definition = { name: 'work', queue: 'work', message, isAuthentic, run };
    await runWorker(definition, { text: 'forged' }, context, () => runtime);
    expect(run).not.toHaveBeenCalled();
    expect(lines).toEqual(['warning: work: dropped a message that Switchboard has not written']);
    await runWorker(definition, { text: 'sealed' }, context, () => runtime);
    expect(run).toHaveBeenCalledOnce();
  });
});

test('what a step throws is logged, and goes to the host without what it says', async () => {
  const { lines, context } = invocation();
  const run = async () => {
    throw Object.assign(new Error('for Anna'), { code: 'EPIPE' });
  };
  const definition = { name: 'work', queue: 'work', message: z.unknown(), run };
  const thrown: unknown[] = [];
  await runWorker(definition, {}, context).catch((error: unknown) => thrown.push(error));
  await runTimer('sweep', run, context).catch((error: unknown) => thrown.push(error));
  expect(thrown).toEqual([new Error('work failed: Error EPIPE'), new Error('sweep failed: Error EPIPE')]);
  expect(lines).toEqual([
    expect.stringMatching(/^error: work: Error EPIPE\n {4}at /),
    expect.stringMatching(/^error: sweep: Error EPIPE\n {4}at /),
  ]);
  expect(lines.join() + String(thrown.map((it) => (it instanceof Error ? it.stack : it)))).not.toContain('Anna');
});
