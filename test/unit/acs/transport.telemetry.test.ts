import { SpanKind } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import type { AcsRequest } from '../../../shared/acs/request.ts';
import { observedRequest } from '../../../shared/acs/transport.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { stopTelemetry, useTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { memoryTelemetry } from '../telemetry/fixtures.ts';

afterEach(() => useTelemetry(undefined));

const ENDPOINT = 'https://contoso.communication.azure.com/';
const REQUEST: AcsRequest = {
  ...{ service: 'identity', method: 'DELETE', repetition: 'harmless', clientRequestId: '1' },
  ...{ path: '/identities/8%3Aacs%3Aa_b', route: '/identities/{id}', headers: { 'operation-id': '2' } },
};

test('a request is a span named after its route, and its context is sent to ACS', async () => {
  const { telemetry, spans, metrics } = memoryTelemetry();
  useTelemetry(telemetry);
  const sent = await observedRequest(ENDPOINT, REQUEST, async (request, progress) => {
    Object.assign(progress, { attempts: 3, status: 204 });
    return request.headers;
  });
  await stopTelemetry();
  const [span] = spans();
  expect(span).toMatchObject({ name: 'ACS DELETE /identities/{id}', kind: SpanKind.CLIENT });
  expect(span?.attributes).toEqual({
    'http.request.method': 'DELETE',
    'http.request.resend_count': 2,
    'http.response.status_code': 204,
    'server.address': 'contoso.communication.azure.com',
    'server.port': 443,
    'switchboard.upstream.service': 'identity',
    'url.template': '/identities/{id}',
  });
  const { traceId, spanId } = span?.spanContext() ?? {};
  expect(sent).toEqual({ 'operation-id': '2', traceparent: `00-${traceId}-${spanId}-01` });
  expect(metrics()[0]?.dataPoints[0]?.attributes).toEqual({
    ...{ service: 'identity', method: 'DELETE', route: '/identities/{id}', status: 204 },
  });
});

test('a failed request is recorded with its error code, and measured', async () => {
  const { telemetry, spans, metrics } = memoryTelemetry();
  useTelemetry(telemetry);
  const failing = observedRequest(ENDPOINT, { ...REQUEST, path: '/sms?x=1' }, async (_, progress) => {
    progress.attempts = 1;
    throw new SwitchboardError('UpstreamInDoubt', 'to +14255550123');
  });
  await expect(failing).rejects.toThrow(SwitchboardError);
  await stopTelemetry();
  expect(spans()[0]).toMatchObject({ status: { message: 'UpstreamInDoubt' } });
  expect(spans()[0]?.attributes).not.toHaveProperty('http.request.resend_count');
  expect(metrics()[0]?.dataPoints[0]?.attributes).toMatchObject({ status: 'none' });
});

test('while telemetry is disabled, no trace context is sent to ACS', async () => {
  expect(await observedRequest(ENDPOINT, REQUEST, async ({ headers }) => headers)).toEqual(REQUEST.headers);
});
