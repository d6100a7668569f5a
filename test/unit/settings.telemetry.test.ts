import { expect, test } from 'vitest';
import { readTelemetrySettings, SettingsError } from '../../shared/settings/settings.ts';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://localhost:4318';
const APPLICATIONINSIGHTS_CONNECTION_STRING = 'InstrumentationKey=00000000-0000-0000-0000-000000000000';
const ID = '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2';

test.each([{}, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, { AZURE_CLIENT_ID: ID, OTEL_SERVICE_NAME: 'x' }])(
  'telemetry is disabled with %j',
  (variables) => {
    expect(readTelemetrySettings(variables)).toBeUndefined();
  },
);

test('a collector is sufficient', () => {
  expect(readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT })).toEqual({
    serviceName: 'acs-switchboard',
    otlp: { traces: true, metrics: true },
    azureMonitor: undefined,
    sampledShare: 1,
    spanDelayMilliseconds: 2000,
    metricIntervalMilliseconds: 15_000,
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: OTEL_EXPORTER_OTLP_ENDPOINT }, { traces: true, metrics: false }],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: OTEL_EXPORTER_OTLP_ENDPOINT }, { traces: false, metrics: true }],
  [{ APPLICATIONINSIGHTS_CONNECTION_STRING }, { traces: false, metrics: false }],
])('%j sends over OTLP: %j', (variables, otlp) => {
  expect(readTelemetrySettings(variables)?.otlp).toEqual(otlp);
});

test.each([
  [{}, undefined],
  [{ AZURE_CLIENT_ID: ID }, { clientId: ID }],
  [{ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD' }, { clientId: undefined }],
  [{ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${ID};Authorization=AAD` }, { clientId: ID }],
  [{ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD', AZURE_CLIENT_ID: ID }, { clientId: ID }],
])('Application Insights with %j uses the identity %j', (variables, identity) => {
  const { azureMonitor } = readTelemetrySettings({ APPLICATIONINSIGHTS_CONNECTION_STRING, ...variables }) ?? {};
  expect(azureMonitor).toEqual({ connectionString: APPLICATIONINSIGHTS_CONNECTION_STRING, identity });
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
  ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ['OTEL_BSP_SCHEDULE_DELAY', 'soon'],
  ['APPLICATIONINSIGHTS_CONNECTION_STRING', 'secret'],
  ['APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'secret'],
])('%s=%s is invalid, and not shown', (name, value) => {
  const read = () => readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT, [name]: value });
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(name);
  if (value === 'secret') expect(read).not.toThrow(value);
});
