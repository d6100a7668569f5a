import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { over, submitted } from '../setup/batches.ts';
import { emailsTo, smsFrom } from '../setup/emulator.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, TEST_RATES, uniqueAddress, uniquePhone, uniqueSender } from '../setup/names.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../setup/otlpReceiver.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { call, connectionOf, TEST_CLIENTS } from '../setup/switchboard.ts';

const SPAN_KINDS = { internal: 1, server: 2, client: 3, consumer: 5 } as const;

const hex = (length: number) => crypto.randomUUID().replaceAll('-', '').slice(0, length);
const newTrace = () => {
  const [traceId, spanId] = [hex(32), hex(16)];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
};

let receiver: OtlpReceiver;
let stack: OwnStack;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  stack = await startOwnStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OTEL_SERVICE_NAME: 'switchboard-under-test',
    SMS_RATES_PER_MINUTE: JSON.stringify(TEST_RATES),
  });
}, 60_000);
afterAll(async () => {
  await stack.stop();
  receiver.close();
});

const spansOf = (traceId: string) => receiver.spans.filter((it) => it.traceId === traceId);
const parentOf = (span: ReceivedSpan | undefined) => receiver.spans.find((it) => it.spanId === span?.parentSpanId);

/** The steps from the trace's beginning to this one: those of the app, of which the first is triggered. */
function wayTo(span: ReceivedSpan): readonly string[] {
  const parent = parentOf(span);
  return [...(parent ? wayTo(parent) : []), span.name];
}

/** The steps of a name, once those before them have ended, and so have come, too. */
const named = (traceId: string, name: string, count: number, root: string) =>
  eventually(`${count} × ${name}`, () => {
    const found = spansOf(traceId).filter((it) => it.name === name && wayTo(it)[0] === root);
    return found.length >= count ? found : undefined;
  });

describe('a batch', () => {
  test('is one trace from its submission to every request to ACS', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const [from, recipients] = [uniqueSender(), recipientsOf(250)];
    const connection = connectionOf(stack.switchboard);
    const { status, body } = await call(connection, {
      ...{ method: 'POST', target: '/sms/batches', headers: { traceparent } },
      body: { from, message: 'Hello', recipients },
    });
    expect(status).toBe(202);
    const id = String(Reflect.get(Object(body), 'id'));
    await over(connection, id);
    expect(await smsFrom(stack.acs, from)).toHaveLength(250);

    const calls = await named(traceId, 'ACS POST /sms', 3, 'submitSmsBatch');
    const way = ['submitSmsBatch', 'splitSmsBatch', 'sendSmsChunk', 'ACS POST /sms'];
    expect(calls.map(wayTo)).toEqual([way, way, way]);
    expect(calls[0]).toMatchObject({
      kind: SPAN_KINDS.client,
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 202,
        'server.address': '127.0.0.1',
        'switchboard.upstream.service': 'sms',
        'switchboard.sender.kind': 'tollFree',
      },
    });
    const [submission] = await named(traceId, 'submitSmsBatch', 1, 'submitSmsBatch');
    expect(submission).toMatchObject({
      ...{ kind: SPAN_KINDS.server, parentSpanId: spanId },
      attributes: {
        'http.route': '/sms/batches',
        'http.response.status_code': 202,
        'switchboard.client': 'everything',
      },
    });
    expect(parentOf(calls[0])).toMatchObject({
      kind: SPAN_KINDS.consumer,
      attributes: { 'messaging.system': 'azure_queue', 'switchboard.batch.id': id },
    });
    expect(receiver.services).toEqual(new Set(['switchboard-under-test']));
  });

  test('that no caller traces is a trace all the same', async () => {
    const connection = connectionOf(stack.switchboard);
    const { id } = await submitted(connection, { from: uniqueSender(), message: 'Hi', recipients: recipientsOf(1) });
    const isOfBatch = ({ name, attributes }: ReceivedSpan) =>
      name === 'sendSmsChunk' && attributes['switchboard.batch.id'] === id;
    const { traceId } = await eventually('its chunk', () => receiver.spans.find(isOfBatch));
    const [chunk] = await named(traceId, 'sendSmsChunk', 1, 'submitSmsBatch');
    expect(chunk && wayTo(chunk)).toEqual(['submitSmsBatch', 'splitSmsBatch', 'sendSmsChunk']);
  });
});

describe('a message', () => {
  test('takes the trace of its sender on to ACS', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const address = uniqueAddress();
    const body = {
      senderAddress: 'news@contoso.com',
      recipients: { to: [{ address }] },
      content: { subject: 'Hello', plainText: 'Hello' },
    };
    const outcome = await openQueues(stack.storage).ask('send-email', { id: address, traceparent, body });
    expect(outcome).toMatchObject({ httpstatus: 202 });
    expect(await emailsTo(stack.acs, address)).toHaveLength(1);
    const [request] = await named(traceId, 'ACS POST /emails:send', 1, 'sendEmail');
    expect(request && wayTo(request)).toEqual(['sendEmail', 'ACS POST /emails:send']);
    const consumer = parentOf(request);
    expect(consumer).toMatchObject({ kind: SPAN_KINDS.consumer, parentSpanId: spanId });
    expect(consumer?.attributes).toMatchObject({
      'messaging.destination.name': 'send-email',
      'switchboard.sender.kind': 'custom',
      'switchboard.status': 202,
    });
    expect(consumer?.links).toHaveLength(1);
  });

  test('that is refused tells the code, and is no failure of ours', async () => {
    const { traceId, traceparent } = newTrace();
    const message = { id: uniqueAddress(), client: uniquePhone(), traceparent, body: { from: uniquePhone() } };
    await openQueues(stack.storage).ask('send-sms', message);
    const [refused] = await named(traceId, 'sendSms', 1, 'sendSms');
    expect(refused).toMatchObject({ status: { code: 0 }, attributes: { 'switchboard.error.code': 'Denied' } });
  });
});

test('metrics arrive under their names', async () => {
  const metric = (name: string) =>
    eventually(name, () => receiver.metrics.filter((it) => it.name === `switchboard.${name}`).at(-1));
  expect((await metric('operations')).sum?.dataPoints.map((it) => it.attributes)).toContainEqual({
    ...{ operation: 'submitSmsBatch', outcome: 'succeeded', status: 202 },
  });
  const { unit, histogram } = await metric('upstream.duration');
  expect(unit).toBe('ms');
  expect(histogram?.dataPoints.map((it) => it.attributes)).toContainEqual({
    ...{ service: 'sms', method: 'POST', route: '/sms', status: 202 },
  });
  const accepted = (await metric('batch.recipients')).sum?.dataPoints.find(
    (it) => it.attributes['state'] === 'accepted',
  );
  expect(Number(accepted?.asInt ?? accepted?.asDouble)).toBeGreaterThanOrEqual(250);
  const oldest = (await metric('batch.oldest_unsent_chunk_seconds')).gauge?.dataPoints ?? []; // by the sweep
  expect(oldest.map((it) => it.asInt ?? it.asDouble)).toEqual([expect.any(Number)]);
});

test('nothing of people, no key and no text is told', () => {
  const all = receiver.bodies.join('\n');
  expect(all).toContain('ACS POST /sms');
  expect(all).not.toMatch(/\+1\d{10}|%2B1\d{10}/);
  expect(all).not.toMatch(/@(?:example|contoso)\.com/);
  expect(all).not.toContain('Hello');
  const secrets = [
    TEST_CLIENTS.everything.keys[0],
    /accesskey=(.+)$/.exec(stack.acsConnectionString ?? '')?.[1] ?? '?',
    /AccountKey=([^;]+)/.exec(stack.storage ?? '')?.[1] ?? '?',
  ];
  for (const secret of secrets) expect(all).not.toContain(secret);
});
