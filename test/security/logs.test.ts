import { request as httpRequest } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { signedFetch } from '../../infra/local/client/signedFetch.ts';
import type { AnyOperation } from '../../shared/operation/definition.ts';
import { operations } from '../../shared/operation/definition.ts';
import { setFaults } from '../setup/emulator.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { connectionOf, signatureOf } from '../setup/switchboard.ts';
import { HOSTILE, hostileRequests, MARKER, startWatchedStack, type WatchedStack } from '../setup/watchedStack.ts';

/** What can stand in a URL or a header. */
const HOSTILE_ASCII = `${MARKER} [2026-01-15T08:30:00.000Z] forged anna.${MARKER}@contoso.com`;

let stack: WatchedStack;
beforeAll(async () => {
  stack = await startWatchedStack();
  return stack.stop;
}, 60_000);

const connection = () => connectionOf(stack.switchboard);

function pathOf({ http: { route } }: AnyOperation, params: Readonly<Record<string, string>>): string {
  const rest = new URLSearchParams();
  let path = `/${route}`;
  for (const [name, value] of Object.entries(params)) {
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, () => encodeURIComponent(value));
    else rest.set(name, value);
  }
  return `${path}?${rest}`;
}

async function post(operation: AnyOperation, params: Readonly<Record<string, string>>, body: unknown, headers = {}) {
  const { method } = operation.http;
  const json = method === 'POST' ? { body: JSON.stringify(body) } : {};
  const answer = await signedFetch(connection(), {
    ...{ method, target: pathOf(operation, params), headers, ...json },
  });
  await answer.text();
  return answer.status;
}

const HEADERS = ['idempotency-key', 'x-ms-client-request-id', 'acting-user', 'operation-id', 'accept', 'content-type'];
const MORE_HEADERS = [
  'traceparent',
  'tracestate',
  'baggage',
  'user-agent',
  'x-ms-client-name',
  'origin',
  'x-forwarded-for',
];

test('over HTTP: every field of every operation', async () => {
  expect(operations.length).toBeGreaterThan(15);
  const statuses = new Set<number>();
  for (const operation of operations) {
    for (const { params, body } of hostileRequests(operation, HOSTILE))
      statuses.add(await post(operation, params, body));
  }
  expect([...statuses]).toEqual(expect.arrayContaining([400]));
  stack.expectNothing('fields');
}, 180_000);

test('over HTTP: headers, credentials, unknown paths and methods', async () => {
  const [sendSms] = operations.filter(({ name }) => name === 'sendSms');
  if (!sendSms) throw new Error('There is no operation sendSms.');
  const body = { from: SENDER, smsRecipients: [{ to: uniquePhone() }], message: HOSTILE };
  for (const name of [...HEADERS, ...MORE_HEADERS]) await post(sendSms, {}, body, { [name]: HOSTILE_ASCII });
  const url = `${stack.switchboard}/sms?api-version=2024-03-15`;
  for (const authorization of [
    `Bearer ${MARKER}.x.y`,
    MARKER,
    `HMAC-SHA256 SignedHeaders=${MARKER}&Signature=${MARKER}`,
  ]) {
    for (const target of [url, url.replace('sms', 'chat/threads'), `${stack.switchboard}/${MARKER}?${MARKER}=1`]) {
      await fetch(target, { method: 'POST', headers: { authorization, 'x-ms-date': MARKER }, body: MARKER });
    }
  }
  const headers = { ...signatureOf(connection(), 'POST', url, { body: 'x' }), host: `${MARKER}.example` };
  await new Promise((done) => {
    httpRequest(url, { method: 'POST', headers }, (it) => it.resume().once('end', done))
      .once('error', done)
      .end(MARKER);
  });
  stack.expectNothing('headers');
}, 60_000);

test('over HTTP: broken JSON, and CSV', async () => {
  const send = async (target: string, body: string, contentType: string) => {
    const answer = await signedFetch(connection(), {
      method: 'POST',
      target,
      body,
      headers: { 'content-type': contentType },
    });
    await answer.text();
  };
  await send('/sms', `{"from": ${HOSTILE}`, 'application/json');
  await send('/sms', `"${MARKER}`, 'application/json');
  const query = (message: string) => `/sms/batches?${new URLSearchParams({ from: SENDER, message })}`;
  for (const csv of [
    ...[`${HOSTILE},name\n+14255550100,Anna`, `to,${MARKER}\n${MARKER},x`, `to,name\n"${HOSTILE}`, `sep=${MARKER}\n`],
    ...[`to,name\n${MARKER},"${HOSTILE}"\n${uniquePhone()},${MARKER}\n`, `to,${MARKER},${MARKER}\n1,2,3`],
    `to,name\n+14255550100,"${MARKER}"x\n${uniquePhone()},${MARKER}`,
  ]) {
    for (const message of ['Hi', `Hi {{${MARKER}}}`, 'Hi {{name}}']) await send(query(message), csv, 'text/csv');
    await send(query('Hi'), csv, `text/csv; charset=${MARKER}`);
    await send(query('Hi'), csv, MARKER);
  }
  stack.expectNothing('CSV');
}, 60_000);

test('what ACS says when it fails', async () => {
  await setFaults(stack.acs, [{ operation: '*', status: 500, count: 30 }]);
  for (const operation of operations) {
    for (const { field, params, body } of hostileRequests(operation, MARKER)) {
      if (field === 'everything' || field === 'body.message' || field === 'body.topic')
        await post(operation, params, body);
    }
  }
  await setFaults(stack.acs, []);
  stack.expectNothing('failures');
  expect(stack.log.some((line) => / (?:502|504) /.test(line))).toBe(true);
}, 120_000);
