import { describe, expect, it } from 'vitest';
import { parseHostJson } from '../../../../infra/local/functions-host/hostJson.ts';

const queues = (settings: Record<string, unknown>) =>
  parseHostJson(JSON.stringify({ version: '2.0', extensions: { queues: settings } })).queues;

describe('host.json', () => {
  it('has the platform’s defaults, and those of its development mode', () => {
    expect(parseHostJson('{ "version": "2.0" }')).toEqual({
      routePrefix: 'api',
      recordsTraces: false,
      minimumLogLevel: 'information',
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        maxDequeueCount: 5,
        maxPollingIntervalMilliseconds: 2_000,
        visibilityTimeoutSeconds: 0,
        messageEncoding: 'base64',
      },
    });
  });

  it('overrides the defaults', () => {
    const text = JSON.stringify({
      version: '2.0',
      telemetryMode: 'OpenTelemetry',
      functionTimeout: '-1',
      logging: { logLevel: { default: 'Warning' } },
      extensions: {
        http: { routePrefix: '/a/b/' },
        queues: { maxPollingInterval: '00:00:00.1', messageEncoding: 'None' },
      },
    });
    expect(parseHostJson(`\uFEFF${text}`)).toMatchObject({
      routePrefix: 'a/b',
      recordsTraces: true,
      minimumLogLevel: 'warning',
      queues: { maxPollingIntervalMilliseconds: 100, messageEncoding: 'none' },
    });
  });

  it('receives the next batch when half of one is left, rounded down', () => {
    expect(queues({ batchSize: 1 }).newBatchThreshold).toBe(0);
    expect(queues({ batchSize: 31 }).newBatchThreshold).toBe(15);
    expect(queues({ batchSize: 32, newBatchThreshold: 0 }).newBatchThreshold).toBe(0);
  });

  it.each([
    ['{', /^host.json: it is not valid JSON/],
    ['[]', /^host.json: it /],
    ['{}', /^host.json: version must be "2.0"/],
    ['{"version":"2.0","telemetryMode":"loud"}', /telemetryMode must be one of/],
    ['{"version":"2.0","extensions":{"http":{"routePrefix":1}}}', /routePrefix must be a string/],
  ])('rejects %s', (text, line) => {
    expect(() => parseHostJson(text)).toThrow(line);
  });

  it.each([
    [{ batchSize: 0 }, /batchSize must be a whole number from 1 to 32/],
    [{ batchSize: 33 }, /batchSize/],
    [{ batchSize: '16' }, /batchSize/],
    [{ newBatchThreshold: -1 }, /newBatchThreshold/],
    [{ maxDequeueCount: 0 }, /maxDequeueCount/],
    [
      { maxPollingInterval: '00:00:00.05' },
      /maxPollingInterval must be a duration .* of at least 100 ms, not "00:00:00.05"/,
    ],
    [{ maxPollingInterval: 2000 }, /maxPollingInterval must be a duration/],
    [{ visibilityTimeout: '1 minute' }, /visibilityTimeout must be a duration/],
    [{ messageEncoding: 'hex' }, /messageEncoding must be one of base64, none/],
  ])('rejects the queue settings %j', (settings, line) => {
    expect(() => queues(settings)).toThrow(line);
  });

  it('reports all problems, one line each', () => {
    expect(() => queues({ batchSize: 0, maxDequeueCount: 'x' })).toThrow(
      /^host.json: .*batchSize.*\nhost.json: .*maxDequeueCount.*$/,
    );
  });
});
