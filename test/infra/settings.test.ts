import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { azdVariables } from '../../infra/toolchain/bicep.ts';
import { LIMIT_NAMES } from '../../shared/settings/clientSettings.ts';
import { environment } from '../../shared/settings/environment.ts';
import { readSettings, readTelemetrySettings } from '../../shared/settings/settings.ts';
import { telemetryEnvironment } from '../../shared/settings/telemetryEnvironment.ts';
import { appSettings, deployment, SETS, variableOf } from './azure.ts';

/** Settings that the template derives from the resources that it creates. */
const DERIVED = [
  'ACS_ENDPOINT',
  'ACS_RESOURCE_ID',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AZURE_CLIENT_ID',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'CLIENTS',
];

/** Settings that do not exist on Azure, and why. */
const NOT_ON_AZURE: Readonly<Record<string, string>> = {
  ACS_CONNECTION_STRING: 'holds a key: the app has an identity',
  ACS_CONNECTION_STRING_SECONDARY: 'holds a key: the app has an identity',
  AzureWebJobsStorage: 'holds a key: the app has an identity',
  WEBSITE_HOSTNAME: 'set by the platform',
  WEBSITE_INSTANCE_ID: 'set by the platform',
  WEBSITE_SITE_NAME: 'set by the platform',
};

/** Settings of the OTLP exporters, which read them by themselves. */
const EXPORTERS = ['OTEL_EXPORTER_OTLP_COMPRESSION', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TIMEOUT'];
const SDK = ['OTEL_RESOURCE_ATTRIBUTES'];
/** A setting of the Functions host. */
const HOST = ['AzureWebJobsStorage__credential'];

const read = [...Object.keys(environment.unwrap().shape), ...Object.keys(telemetryEnvironment.unwrap().shape)];
const known = new Set([...read, ...EXPORTERS, ...SDK, ...HOST]);
const given = [...known].filter((name) => !DERIVED.includes(name) && !(name in NOT_ON_AZURE));

test('every setting of the template is read by the app, the host or a library', () => {
  expect(Object.keys(appSettings('allSettings')).filter((name) => !known.has(name))).toEqual([]);
});

test('every setting is derived, given as an azd variable, or said not to exist on Azure', () => {
  expect(new Set(Object.keys(appSettings('allSettings')))).toEqual(new Set([...DERIVED, ...given]));
  expect(given.filter((name) => !azdVariables().includes(name))).toEqual([]);
});

describe.each(given)('the azd variable %s', (name) => {
  test('becomes the app setting of that name, at every deployment', () => {
    const value = variableOf('allSettings', name) ?? '';
    expect(value).not.toBe('');
    const isSecure = appSettings('allSettings')[name] === "[parameters('otlpHeaders')]";
    expect(isSecure || appSettings('allSettings')[name] === value, appSettings('allSettings')[name]).toBe(true);
    expect(isSecure).toBe(name === 'OTEL_EXPORTER_OTLP_HEADERS');
  });
});

test.each(given.filter((name) => name !== 'DEFAULT_LIMITS'))('%s is absent for the app when it is not set', (name) => {
  expect(['', "[parameters('otlpHeaders')]"]).toContain(appSettings('defaults')[name]);
});

test('clients that set no limits have every one of them, and send to the country of their sender', () => {
  const { defaultLimits } = readSettings(evaluated('defaults'));
  expect(new Set(Object.keys(defaultLimits))).toEqual(new Set([...LIMIT_NAMES, 'countries']));
  expect(defaultLimits.countries).toBe('sender');
});

/** What Azure makes of the settings that are expressions here. */
const SAMPLES: Readonly<Record<string, string>> = {
  ACS_ENDPOINT: 'https://acs-test.europe.communication.azure.com',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=00000000-0000-4000-8000-000000000000;Authorization=AAD',
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=00000000-0000-4000-8000-000000000000',
  AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000000',
  AzureWebJobsStorage__clientId: '00000000-0000-4000-8000-000000000000',
};

/** The app settings as the app finds them in its environment. */
const evaluated = (set: string) =>
  Object.fromEntries(
    Object.entries(appSettings(set)).map(([name, value]) => [
      name,
      /^\[.*\]$/.test(value) ? SAMPLES[name] : value.replace(/^@Microsoft\.KeyVault\(.*\)$/, '[]'),
    ]),
  );

describe.each(SETS)('the app settings of %s', (set) => {
  test('are usable, with the identity everywhere', () => {
    const settings = readSettings(evaluated(set));
    const clientId = SAMPLES['AZURE_CLIENT_ID'];
    expect(settings.acs).toEqual({ kind: 'identity', endpoint: SAMPLES['ACS_ENDPOINT'], clientId });
    expect(settings.storage).toEqual({ kind: 'identity', accountName: expect.stringMatching(/^st/), clientId });
    expect(readTelemetrySettings(evaluated(set))?.azureMonitor?.identity).toEqual({ clientId });
  });
});

test('what is given reaches the app', () => {
  const variable = (name: string) => variableOf('allSettings', name) ?? '';
  const settings = readSettings(evaluated('allSettings'));
  expect(settings.publicUrl).toBe(variable('PUBLIC_URL'));
  expect(settings.sms.ratesPerMinute).toEqual(JSON.parse(variable('SMS_RATES_PER_MINUTE')));
  expect(settings.retentionDays).toBe(Number(variable('RETENTION_DAYS')));
  expect(readTelemetrySettings(evaluated('allSettings'))?.sampledShare).toBe(
    Number(variable('OTEL_TRACES_SAMPLER_ARG')),
  );
});

describe('a second azd up', () => {
  test('does not take an output of the first for a variable, since azd keeps both in one file', () => {
    for (const set of SETS) {
      expect(Object.keys(deployment(set).outputs).filter((name) => azdVariables().includes(name))).toEqual([]);
    }
  });
});

describe('the documentation', () => {
  const page = readFileSync('infra/README.md', 'utf8');
  const telemetryPage = readFileSync('shared/telemetry/README.md', 'utf8');
  const section = (text: string, heading: string) =>
    text.split(new RegExp(`^#{2,3} ${heading}$`, 'm'))[1]?.split(/^#{2,3} /m)[0] ?? '';
  const firstCells = (text: string) => [...text.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell);
  const namesIn = (cells: readonly string[]) =>
    cells.flatMap((cell) => [...cell.matchAll(/`([A-Z][A-Za-z]*_[A-Za-z_]+|CLIENTS)/g)].map(([, name = '']) => name));
  const variables = namesIn(firstCells(section(page, 'Variables for azd')));
  const settings = `${section(page, 'Settings')}\n${section(telemetryPage, 'Settings')}`;

  test('describes every setting that the app reads', () => {
    const own = new Set(['WEBSITE_HOSTNAME', 'WEBSITE_SITE_NAME', 'WEBSITE_INSTANCE_ID']); // set by the platform
    const codes = new Set([...settings.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
    const names = [...known].filter((name) => !own.has(name) && !HOST.includes(name));
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !codes.has(name))).toEqual([]);
  });

  test('lists every azd variable of the parameters file, and no other', () => {
    const own = ['AZURE_ENV_NAME', 'AZURE_LOCATION'];
    expect(variables.length).toBeGreaterThan(20);
    expect(new Set([...variables, ...own])).toEqual(new Set(azdVariables()));
  });

  test('lists every alert by its title, and each of its thresholds', () => {
    const template = readFileSync('infra/modules/alerts.bicep', 'utf8');
    const titles = [...template.matchAll(/^ {4}title: '(.*)'$/gm)].map(([, title = '']) => title.replace("\\'", "'"));
    const thresholds = [...template.matchAll(/^ {2}(\w+): int\?$/gm)].map(([, name = '']) => name);
    expect([titles.length, thresholds.length]).toEqual([7, 5]);
    const alerts = section(page, 'Alerts');
    expect(titles.filter((title) => !firstCells(alerts).includes(title))).toEqual([]);
    expect(thresholds.filter((name) => !alerts.includes(`\`${name}\``))).toEqual([]);
  });

  test('documents no setting for which there is no azd variable', () => {
    const documented = namesIn(firstCells(settings));
    expect(documented.length).toBeGreaterThan(10);
    const decided = new Set([...azdVariables(), ...DERIVED, ...Object.keys(NOT_ON_AZURE)]);
    expect(documented.filter((name) => !decided.has(name))).toEqual([]);
  });
});
