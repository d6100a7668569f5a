import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { describe, expect, test } from 'vitest';
import { createTelemetry } from '../../../shared/telemetry/openTelemetry.ts';
import { memoryTelemetry, PARENT, settingsOf, TRACE } from './fixtures.ts';

describe('a step', () => {
  test('goes on from its parent, and the next from it', async () => {
    const { telemetry, spans } = memoryTelemetry();
    const inner = () => telemetry.inSpan({ name: 'inner', kind: 'client' }, async () => telemetry.traceparent());
    const result = await telemetry.inSpan({ name: 'outer', kind: 'server', parent: PARENT }, inner);
    await telemetry.close();
    const [client, server] = spans();
    expect(server).toMatchObject({ name: 'outer', kind: SpanKind.SERVER, parentSpanContext: { isRemote: true } });
    expect(client).toMatchObject({ name: 'inner', kind: SpanKind.CLIENT });
    expect(client?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
    expect(result).toBe(`00-${TRACE}-${client?.spanContext().spanId}-01`);
  });

  test.each(['nonsense', '', '00-0-0-01', undefined])(
    'with the parent %j begins a trace, also inside another step',
    async (parent) => {
      const { telemetry, spans } = memoryTelemetry();
      const inner = () => telemetry.inSpan({ name: 'inner', kind: 'consumer', parent }, async () => undefined);
      await telemetry.inSpan({ name: 'outer', kind: 'server', parent: PARENT }, inner);
      await telemetry.close();
      expect(spans()[0]?.parentSpanContext).toBeUndefined();
    },
  );

  test('keeps the two traces apart that run at the same time', async () => {
    const { telemetry, spans } = memoryTelemetry();
    const step = (name: string) =>
      telemetry.inSpan({ name, kind: 'internal' }, async () => {
        await Promise.resolve();
        telemetry.annotate({ said: name });
      });
    await Promise.all([step('one'), step('other')]);
    await telemetry.close();
    expect(spans().map(({ name, attributes }) => [name, attributes])).toEqual([
      ['one', { said: 'one' }],
      ['other', { said: 'other' }],
    ]);
  });

  test('is linked with what else has led to it', async () => {
    const { telemetry, spans } = memoryTelemetry();
    await telemetry.inSpan({ name: 'step', kind: 'consumer', link: PARENT }, async () => undefined);
    await telemetry.inSpan({ name: 'step', kind: 'consumer', link: 'nonsense' }, async () => undefined);
    await telemetry.close();
    expect(spans().map(({ links }) => links.map(({ context }) => context.traceId))).toEqual([[TRACE], []]);
  });

  test('of a trace that is not sampled is told to nobody, and taken on as such', async () => {
    const { telemetry, spans } = memoryTelemetry();
    const parent = PARENT.replace(/01$/, '00');
    const own = await telemetry.inSpan({ name: 'step', kind: 'server', parent }, async () => telemetry.traceparent());
    expect(own).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    await telemetry.close();
    expect(spans()).toEqual([]);
  });

  test('of a share of the traces only is told', async () => {
    const { telemetry, spans } = memoryTelemetry({ OTEL_TRACES_SAMPLER_ARG: '0' });
    await telemetry.inSpan({ name: 'step', kind: 'internal' }, async () => undefined);
    await telemetry.close();
    expect(spans()).toEqual([]);
  });
});

test('a failure is told by its code, the first one', async () => {
  const { telemetry, spans } = memoryTelemetry();
  await telemetry.inSpan({ name: 'step', kind: 'consumer' }, async () => {
    telemetry.fail('UpstreamUnavailable');
    telemetry.fail('Error');
  });
  await telemetry.close();
  expect(spans()[0]).toMatchObject({
    status: { code: SpanStatusCode.ERROR, message: 'UpstreamUnavailable' },
    attributes: { 'error.type': 'UpstreamUnavailable' },
    events: [],
  });
});

test('outside of every step there is nothing to add to, and no trace', () => {
  const { telemetry } = memoryTelemetry();
  telemetry.annotate({ said: 'nothing' });
  telemetry.fail('Nothing');
  expect(telemetry.traceparent()).toBeUndefined();
});

test('who tells is named by the setting', async () => {
  const { telemetry, spans } = memoryTelemetry({ WEBSITE_SITE_NAME: 'contoso-switchboard' });
  await telemetry.inSpan({ name: 'step', kind: 'internal' }, async () => undefined);
  await telemetry.close();
  expect(spans()[0]?.resource.attributes).toMatchObject({
    'service.name': 'contoso-switchboard',
    'service.instance.id': expect.any(String),
  });
});

test('a collector that is down is told once in a while, and nothing fails', async () => {
  const warnings: string[] = [];
  const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const down = {
    export: (_: unknown, done: (result: { code: ExportResultCode; error: Error }) => void) =>
      done({ code: ExportResultCode.FAILED, error }),
    shutdown: async () => undefined,
    forceFlush: async () => undefined,
  };
  const telemetry = createTelemetry(settingsOf(), { traces: [down, down], metrics: [down] }, (it) => warnings.push(it));
  await telemetry.inSpan({ name: 'step', kind: 'internal' }, async () => undefined);
  telemetry.measure({ name: 'steps', kind: 'counter', unit: '1', description: 'Steps.', attributes: [] }, 1, {});
  await telemetry.close();
  expect(warnings).toEqual(['Telemetry could not be sent: ECONNREFUSED connect']);
});
