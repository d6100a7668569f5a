import { afterEach, expect, test, vi } from 'vitest';
import { EventSourceClient } from './eventSource.ts';
import { rigForTest, SMS } from './harness.ts';

const STREAM = '/_emulator/stream';

const send = (to: string) => ({
  body: { from: '+18335550100', smsRecipients: [{ to }], message: 'Your code is 123456' },
});

afterEach(() => void vi.useRealTimers());

test('a wait is answered by the message that arrives', async () => {
  const { call } = await rigForTest();
  const waiting = call('GET', '/_emulator/wait?channel=sms&to=+14255550123&text=code', { key: null });
  await call('POST', SMS, send('+14255550199'));
  await call('POST', SMS, send('+14255550123'));
  const { status, body } = await waiting;
  expect(status).toBe(200);
  expect(body).toMatchObject({ to: ['+14255550123'], message: 'Your code is 123456', codes: ['123456'] });
  const latest = await call('GET', '/_emulator/latest?to=%2B14255550123', { key: null });
  expect(latest.body).toMatchObject({ id: body.id });
  const conversation = await call('GET', '/_emulator/items?conversation=+14255550123', { key: null });
  expect(conversation.body).toMatchObject({ total: 1, value: [{ id: body.id }] });
});

test('a wait that ends without one says what arrived', async () => {
  const { call } = await rigForTest();
  await call('POST', SMS, send('+14255550199'));
  const { status, body } = await call('GET', '/_emulator/wait?to=+14255550123&timeoutSeconds=0', { key: null });
  expect(status).toBe(404);
  expect(body.error).toMatchObject({ code: 'NotReceived', message: expect.stringContaining('+14255550199') });
});

test.each([
  ['items?chanel=sms', 'chanel'],
  ['items?channel=fax', 'channel'],
  ['items?top=1001', 'top'],
  ['latest?top=1', 'top'],
  ['wait?timeoutSeconds=301', 'timeoutSeconds'],
  ['stream?since=1', 'since'],
  ['items/fax/1', 'channel'],
])('GET /_emulator/%s is refused with the field', async (path, target) => {
  const { call } = await rigForTest();
  const { status, body } = await call('GET', `/_emulator/${path}`, { key: null });
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'BadRequest', target });
});

test('closing the emulator ends streams and waits without the grace period of other requests', async () => {
  const { emulator, call } = await rigForTest();
  const stream = await EventSourceClient.open(new URL(STREAM, emulator.url));
  await stream.next();
  const waiting = call('GET', '/_emulator/wait', { key: null });
  await call('GET', '/_emulator/health', { key: null });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // the grace period never ends
  const closed = emulator.close();
  expect(await stream.next().catch(() => undefined)).toBeUndefined();
  expect(await waiting).toMatchObject({ status: 503 });
  await closed;
});

test('there can be 100 streams', async () => {
  const { emulator } = await rigForTest();
  const url = new URL(STREAM, emulator.url);
  const streams = await Promise.all(Array.from({ length: 100 }, () => EventSourceClient.open(url)));
  expect(streams.map(({ status }) => status)).toEqual(Array(100).fill(200));
  expect(streams[0]?.headers.get('content-type')).toBe('text/event-stream');
  expect(await EventSourceClient.open(url)).toMatchObject({ status: 429 });
  for (const stream of streams) stream.close();
});
