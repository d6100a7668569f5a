import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmsClient } from '@azure/communication-sms';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type AcsEmulator,
  type AcsEmulatorOptions,
  type EventGridEvent,
  startAcsEmulator,
} from '../../../../infra/local/acs-emulator/startAcsEmulator.ts';
import { PRIMARY_KEY } from './harness.ts';

const INSECURE = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const MESSAGE = { from: '+18005550100', to: ['+14255550123'], message: 'Hello' };

async function health(url: string): Promise<number> {
  return (await fetch(`${url}/_emulator/health`)).status;
}

function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
}

test('without options, official clients send to it by http and https', async () => {
  await using emulator = await startAcsEmulator();
  const [plain] = await new SmsClient(emulator.connectionString, INSECURE).send(MESSAGE);
  const tlsOptions = { ca: emulator.ca };
  const [secure] = await new SmsClient(emulator.tlsConnectionString, { tlsOptions }).send(MESSAGE);
  expect([plain?.httpStatusCode, secure?.httpStatusCode]).toEqual([202, 202]);
  const received = await fetch(`${emulator.url}/_emulator/sms?to=%2B14255550123`);
  expect(await received.json()).toMatchObject({ value: [{ message: 'Hello' }, { message: 'Hello' }] });
});

test('its certificate is for this machine, and new for each emulator', async () => {
  await using one = await startAcsEmulator();
  await using two = await startAcsEmulator();
  const certificate = new X509Certificate(one.ca);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(await statusOf(`${one.tlsUrl}/_emulator/health`, one.ca)).toBe(200);
  await expect(statusOf(`${one.tlsUrl}/_emulator/health`, two.ca)).rejects.toThrow(/self-signed certificate/);
});

test('several run at once, each with its own key and content', async () => {
  const emulators = await Promise.all(Array.from({ length: 5 }, () => startAcsEmulator()));
  const [first, ...others] = emulators;
  await new SmsClient(first?.connectionString ?? '', INSECURE).send(MESSAGE);
  for (const { url, connectionString } of others) {
    expect(await (await fetch(`${url}/_emulator/sms`)).json()).toEqual({ value: [] });
    expect(connectionString.split('accesskey=')[1]).not.toBe(first?.connectionString.split('accesskey=')[1]);
  }
  await Promise.all(emulators.map((it) => it.close()));
});

test('close can be called again, and frees the ports for another one', async () => {
  const emulator = await startAcsEmulator();
  const ports = { http: Number(new URL(emulator.url).port), https: Number(new URL(emulator.tlsUrl).port) };
  await expect(startAcsEmulator({ ports: { http: ports.http } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(startAcsEmulator({ ports: { https: ports.https } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await Promise.all([emulator.close(), emulator.close()]);
  await emulator.close();
  await expect(health(emulator.url)).rejects.toThrow('fetch failed');
  await using again = await startAcsEmulator({ ports });
  expect([again.url, again.tlsUrl]).toEqual([emulator.url, emulator.tlsUrl]);
  expect(await health(again.url)).toBe(200);
});

describe('close does not wait long for', () => {
  const cases: readonly (readonly [name: string, port: 'url' | 'tlsUrl', sent: string])[] = [
    ['a connection without a TLS handshake', 'tlsUrl', ''],
    ['an upload that stops', 'url', 'POST /sms HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{'],
  ];
  test.each(cases)('%s', async (_, port, sent) => {
    const emulator = await startAcsEmulator();
    const socket = connect(Number(new URL(emulator[port]).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const dropped = once(socket, 'close').catch((error: unknown) => error); // or reset
    await once(socket, 'connect');
    socket.resume().write(sent);
    await health(emulator.url); // and so the emulator has accepted both connections
    await emulator.close();
    await dropped;
  });

  test('a receiver of events that never ends, or that waits for it', async () => {
    const waiting: Promise<unknown>[] = [];
    const options = (onEvent: () => unknown) => ({ eventDelayMilliseconds: 0, onEvent });
    const endless = await startAcsEmulator(options(() => new Promise(() => void waiting.push(Promise.resolve()))));
    const circular: AcsEmulator = await startAcsEmulator(
      options(() => {
        const closed = circular.close();
        waiting.push(closed);
        return closed;
      }),
    );
    for (const { connectionString } of [endless, circular]) {
      await new SmsClient(connectionString, INSECURE).send(MESSAGE, { enableDeliveryReport: true });
    }
    await expect.poll(() => waiting.length).toBe(2);
    await Promise.all([endless.close(), circular.close(), ...waiting]);
  });
});

test('other host names are allowed in any case', async () => {
  await using emulator = await startAcsEmulator({ allowedHosts: ['DevBox', '[fe80::1]'] });
  const statuses = ['devbox', 'DEVBOX:8787', '[FE80::1]', 'devbox.example'].map(async (host) => {
    const [response] = await once(request(`${emulator.url}/_emulator/health`, { headers: { host } }).end(), 'response');
    return response.resume().statusCode;
  });
  expect(await Promise.all(statuses)).toEqual([200, 200, 200, 403]);
});

test('await using closes it', async () => {
  let url = '';
  {
    await using emulator = await startAcsEmulator();
    ({ url } = emulator);
    expect(await health(url)).toBe(200);
  }
  await expect(health(url)).rejects.toThrow('fetch failed');
});

test('a data directory keeps its content', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const options = { dataDirectory, accessKeys: [PRIMARY_KEY] } as const;
  const first = await startAcsEmulator(options);
  await new SmsClient(first.connectionString, INSECURE).send(MESSAGE);
  await first.close();
  await first.close();
  await using second = await startAcsEmulator(options);
  const received = await fetch(`${second.url}/_emulator/sms`);
  expect(await received.json()).toMatchObject({ value: [{ to: '+14255550123', message: 'Hello' }] });
});

test('quotas and faults apply from the start, until they are reset', async () => {
  const quotas = {
    sms: { tollFree: 1 },
    email: { custom: { sendsPerMinute: 10 } },
    identity: { revokeAccessTokens: 500 },
  };
  await using emulator = await startAcsEmulator({
    quotas,
    faults: [{ operation: 'sendSms', status: 503, count: 1 }],
  });
  const client = new SmsClient(emulator.connectionString, INSECURE);
  await expect(client.send(MESSAGE)).rejects.toMatchObject({ statusCode: 503 });
  await client.send(MESSAGE);
  await expect(client.send(MESSAGE)).rejects.toMatchObject({ statusCode: 429 });
  expect(await (await fetch(`${emulator.url}/_emulator/quotas`)).json()).toEqual(quotas);
  await fetch(`${emulator.url}/_emulator`, { method: 'DELETE' });
  await client.send(MESSAGE);
  await client.send(MESSAGE);
});

test('the clock is the resource’s time', async () => {
  let minutesAhead = 0;
  await using emulator = await startAcsEmulator({
    clock: () => new Date(Date.now() + minutesAhead * 60_000),
    quotas: { sms: { tollFree: 1 } },
  });
  const client = new SmsClient(emulator.connectionString, INSECURE);
  await client.send(MESSAGE);
  await expect(client.send(MESSAGE)).rejects.toMatchObject({ statusCode: 429 });
  minutesAhead = 2;
  await client.send(MESSAGE);
  minutesAhead = 6; // https://learn.microsoft.com/rest/api/communication/authentication
  await expect(client.send(MESSAGE)).rejects.toMatchObject({ statusCode: 401 });
});

test('the senders are the only ones, and the keys are those given', async () => {
  const emulator = await startAcsEmulator({ senders: ['+18005550199'], accessKeys: [PRIMARY_KEY] });
  expect(emulator.connectionString).toBe(`endpoint=${emulator.url}/;accesskey=${PRIMARY_KEY}`);
  const client = new SmsClient(emulator.connectionString, INSECURE);
  await client.send({ ...MESSAGE, from: '+18005550199' });
  await expect(client.send(MESSAGE)).rejects.toMatchObject({ statusCode: 401 });
  await emulator.close();
});

test('onEvent receives the delivery report, again after it has failed', async () => {
  const events: EventGridEvent[] = [];
  await using emulator = await startAcsEmulator({
    eventDelayMilliseconds: 0,
    onEvent: async (event) => {
      events.push(event);
      if (events.length === 1) throw new Error('Not yet.');
    },
  });
  const [sent] = await new SmsClient(emulator.connectionString, INSECURE).send(MESSAGE, { enableDeliveryReport: true });
  await expect.poll(() => events.length).toBe(2);
  expect(events[1]).toEqual(events[0]);
  expect(events[0]).toMatchObject({
    eventType: 'Microsoft.Communication.SMSDeliveryReportReceived',
    data: { messageId: sent?.messageId, to: '+14255550123', deliveryStatus: 'Delivered' },
  });
});

describe('an option that cannot be used is a TypeError with its name', () => {
  test.each<[string, unknown]>([
    ['options', 'auto'],
    ['options.port', { port: 8787 }],
    ['options.ports', { ports: 8787 }],
    ['options.ports.tls', { ports: { tls: 1 } }],
    ['options.ports.http', { ports: { http: 65_536 } }],
    ['options.ports.https', { ports: { https: '8788' } }],
    ['options.quotas.voice', { quotas: { voice: {} } }],
    ['options.quotas.sms.tollFree', { quotas: { sms: { tollFree: -1 } } }],
    ['options.quotas.identity.getToken', { quotas: { identity: { getToken: 1 } } }],
    ['options.quotas.email.custom.sendsPerDay', { quotas: { email: { custom: { sendsPerDay: 1 } } } }],
    ['options.faults', { faults: {} }],
    [
      'options.faults[1].operation',
      {
        faults: [
          { operation: '*', status: 500 },
          { operation: 'sendFax', status: 500 },
        ],
      },
    ],
    ['options.faults[0].status', { faults: [{ operation: '*', status: 200 }] }],
    ['options.clock', { clock: new Date() }],
    ['options.clock', { clock: null }],
    ['options.clock', { clock: () => 0 }],
    ['options.clock', { clock: () => new Date('soon') }],
    ['options.faults[0].afterEfect', { faults: [{ operation: '*', status: 500, afterEfect: true }] }],
    ['options.senders[1]', { senders: ['+18005550100', 'a sender with a long name'] }],
    ['options.accessKeys', { accessKeys: [] }],
    ['options.accessKeys[0]', { accessKeys: ['?'] }],
    ['options.emailSettleMilliseconds', { emailSettleMilliseconds: -1 }],
    ['options.eventDelayMilliseconds', { eventDelayMilliseconds: Number.NaN }],
    ['options.onEvent', { onEvent: {} }],
    ['options.dataDirectory', { dataDirectory: 1 }],
    ['options.dataDirectory', { dataDirectory: '' }],
    ['options.allowedHosts[0]', { allowedHosts: ['http://devbox/'] }],
    ['options.allowedHosts[1]', { allowedHosts: ['devbox', 'devbox:8787'] }],
    ['options.allowedHosts[0]', { allowedHosts: [''] }],
    ['options.log', { log: 'stdout' }],
  ])('%s: %j', async (name, options) => {
    const started = startAcsEmulator(options as AcsEmulatorOptions);
    await expect(started).rejects.toThrow(TypeError);
    await expect(started).rejects.toThrow(`${name}: `);
  });
});
