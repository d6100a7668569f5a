import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BatchesClient } from '../../../shared/client/groups/batches.ts';
import * as examples from '../../../shared/contract/examples.ts';
import { clientOf, type FakeAnswer, failure, fakeServer, json, transportOf } from './fixtures.ts';

const { csv, smsBatch, submitSmsBatchRequest } = examples;
const { from, message, recipients } = submitSmsBatchRequest;
const { id } = smsBatch;
const accepted = json(202, smsBatch);
const bytes = new TextEncoder().encode(csv);

async function* inPieces<Piece>(...pieces: readonly Piece[]): AsyncGenerator<Piece> {
  yield* pieces;
}

describe('recipients', () => {
  test.each([
    ['a list', recipients],
    ['a set', new Set(recipients)],
    ['a cursor', inPieces(...recipients)],
    ['a stream', Readable.from(recipients)],
  ])('may be %s', async (_, list) => {
    const server = fakeServer(accepted);
    expect(await clientOf(server).batches.submit({ from, message, recipients: list })).toEqual(smsBatch);
    expect(server.sent[0]?.body).toEqual(submitSmsBatchRequest);
  });

  test('are not the characters of one number', async () => {
    const server = fakeServer(accepted);
    const submission = clientOf(server).batches.submit({ from, message, recipients: '+14255550123' });
    await expect(submission).rejects.toThrow('recipients must be a list of phone numbers.');
    expect(server.sent).toEqual([]);
  });

  test('are read no further after an abort, and their source is closed', async () => {
    const server = fakeServer(accepted);
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    let isClosed = false;
    async function* endless() {
      try {
        for (let read = 0; ; read += 1) {
          if (read === 1000) controller.abort(reason);
          yield '+14255550123';
        }
      } finally {
        isClosed = true;
      }
    }
    const submission = clientOf(server).batches.submit(
      { from, message, recipients: endless() },
      { signal: controller.signal },
    );
    await expect(submission).rejects.toBe(reason);
    expect({ isClosed, sent: server.sent }).toEqual({ isClosed: true, sent: [] });
  });
});

describe('a CSV', () => {
  test.each([
    ['text', csv],
    ['bytes', bytes],
    ['a file', new File([csv], 'recipients.csv')],
    ['a stream of the platform', new Blob([csv]).stream()],
    ['a stream of Node', Readable.from([csv.slice(0, 5), csv.slice(5)])],
    ['pieces of bytes that cut a character', inPieces(bytes.subarray(0, 5), bytes.subarray(5))],
    ['lines', ['to,name\n', '+14255550123,Anna\n', '+14255550124,Ben\n']],
  ])('may be %s', async (_, content) => {
    const server = fakeServer(accepted);
    const request = { from, message: 'Hello {{name}}', csv: content, defaultCountry: 'US' };
    await clientOf(server).batches.submit(request);
    const [sent] = server.sent;
    expect(sent?.text).toBe(csv);
    expect(sent?.headers.get('content-type')).toBe('text/csv');
    expect(Object.fromEntries(sent?.url.searchParams ?? [])).toMatchObject({
      ...{ from, message: 'Hello {{name}}', defaultCountry: 'US' },
    });
    expect(sent?.isSigned).toBe(true);
  });

  test('has the encoding that its caller names', async () => {
    const server = fakeServer(accepted);
    await clientOf(server).batches.submit({ from, message, csv: bytes, charset: 'windows-1252' });
    expect(server.sent[0]?.headers.get('content-type')).toBe('text/csv; charset=windows-1252');
  });

  test.each([csv, [csv], inPieces<string | Uint8Array>(bytes, csv)])(
    'of strings has no encoding that its caller could name',
    async (content) => {
      const server = fakeServer(accepted);
      const submission = clientOf(server).batches.submit({ from, message, csv: content, charset: 'windows-1252' });
      await expect(submission).rejects.toThrow('charset is for a CSV in bytes, not for strings.');
      expect(server.sent).toEqual([]);
    },
  );

  test('with options is sent as JSON, in which they have a place', async () => {
    const server = fakeServer(accepted);
    const smsSendOptions = { enableDeliveryReport: true };
    const content = new Uint8Array([...new TextEncoder().encode('to,name\n+14255550123,J'), 0xfc, 0x72, 0x67]);
    await clientOf(server).batches.submit({ from, message, csv: content, charset: 'windows-1252', smsSendOptions });
    expect(server.sent[0]?.body).toEqual({ from, message, smsSendOptions, csv: 'to,name\n+14255550123,Jürg' });
    const wrong = clientOf(server).batches.submit({ from, message, csv: content, smsSendOptions });
    await expect(wrong).rejects.toThrow(TypeError);
    expect(server.sent).toHaveLength(1);
  });

  test.each([
    ['utf-16le', [0xff, 0xfe]],
    ['utf-16be', [0xfe, 0xff]],
  ] as const)('with options is read by its byte order mark: %s', async (encoding, mark) => {
    const server = fakeServer(accepted);
    const little = Buffer.from('to\n+14255550123\n', 'utf16le');
    const content = Buffer.concat([Buffer.from(mark), encoding === 'utf-16le' ? little : little.swap16()]);
    const smsSendOptions = { enableDeliveryReport: true };
    await clientOf(server).batches.submit({ from, message, csv: content, smsSendOptions });
    expect(server.sent[0]?.body).toMatchObject({ csv: 'to\n+14255550123\n' });
  });

  test('beside a long message is sent as JSON: hosts refuse long addresses', async () => {
    const server = fakeServer(accepted);
    const long = '短'.repeat(1000);
    await clientOf(server).batches.submit({ from, message: long, csv });
    expect(server.sent[0]?.body).toEqual({ from, message: long, csv });
    // https://github.com/Azure/azure-functions-host/issues/3023
    expect(server.sent[0]?.url.search.length).toBeLessThan(2048);
  });

  test('may be sent at a Date', async () => {
    const server = fakeServer(accepted);
    const sendAt = '2026-01-15T09:30:00.000Z';
    await clientOf(server).batches.submit({ from, message, csv, sendAt: new Date(sendAt) as never });
    expect(server.sent[0]?.url.searchParams.get('sendAt')).toBe(sendAt);
  });

  test.each([
    ['objects of a parsed CSV', Readable.from([{ to: '+14255550123' }])],
    ['numbers', [116, 111]],
    ['numbers of two bytes', new Uint16Array([116, 111])],
    ['nothing', [null]],
  ])('of %s is not sent', async (_, content) => {
    const server = fakeServer(accepted);
    const submission = clientOf(server).batches.submit({ from, message, csv: content as never });
    await expect(submission).rejects.toThrow('A CSV in pieces consists of strings or of Uint8Arrays.');
    expect(server.sent).toEqual([]);
  });

  test('may be bytes of another realm, as tests in a node:vm have them', async () => {
    const server = fakeServer(accepted);
    const foreign = runInNewContext('Uint8Array.from(bytes)', { bytes: [...bytes] }) as Uint8Array;
    expect(foreign instanceof Uint8Array).toBe(false);
    await clientOf(server).batches.submit({ from, message, csv: foreign });
    await clientOf(server).batches.submit({ from, message, csv: [foreign] });
    expect(server.sent.map(({ text }) => text)).toEqual([csv, csv]);
  });

  test('is a copy of bytes that its source fills again', async () => {
    async function* sameBuffer() {
      const buffer = new Uint8Array(1);
      for (const byte of bytes) {
        buffer[0] = byte;
        yield buffer;
      }
    }
    const server = fakeServer(accepted);
    await clientOf(server).batches.submit({ from, message, csv: sameBuffer() });
    expect(server.sent[0]?.text).toBe(csv);
  });

  test('has a million lines, each a piece, which are read without a pause and encoded together', async () => {
    const server = fakeServer(accepted);
    const line = '+14255550123,Zoë\n';
    let hasPaused = false;
    function* lines() {
      queueMicrotask(() => {
        hasPaused = true;
      });
      for (let count = 0; count < 1_000_000; count += 1) yield line;
      expect(hasPaused).toBe(false);
    }
    const encode = vi.spyOn(TextEncoder.prototype, 'encode');
    onTestFinished(() => void encode.mockRestore());
    await clientOf(server).batches.submit({ from, message, csv: lines() });
    expect(encode.mock.calls.filter(([text]) => text?.startsWith(line)).length).toBeLessThan(100);
    expect(server.sent[0]?.text === line.repeat(1_000_000)).toBe(true);
  });

  test('beside other recipients is left to Switchboard to refuse', async () => {
    const server = fakeServer(failure(400, 'InvalidRequest'));
    await expect(clientOf(server).batches.submit({ from, message, csv, recipients })).rejects.toThrow();
    expect(server.sent[0]?.body).toEqual({ from, message, csv, recipients });
  });

  test('whose stream breaks is not sent', async () => {
    const server = fakeServer(accepted);
    const broken = new Error('disk');
    const stream = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(broken) });
    await expect(clientOf(server).batches.submit({ from, message, csv: stream })).rejects.toBe(broken);
    expect(server.sent).toEqual([]);
  });
});

test('a dry run has no id', async () => {
  const { id: _, ...checked } = smsBatch;
  const server = fakeServer(json(200, checked));
  expect(await clientOf(server).batches.dryRun({ from, message, recipients })).toEqual(checked);
  expect(server.sent[0]?.url.searchParams.get('dryRun')).toBe('true');
  await expect(clientOf(server).batches.get(id)).rejects.toMatchObject({ code: 'UnexpectedResponse' });
});

describe('wait', () => {
  const inSeconds = (seconds: number) => new Date(Date.parse('2026-01-15T08:30:00Z') + seconds * 1000).toISOString();
  const running = (facts: object) => json(200, { ...smsBatch, state: 'running', ...facts });
  const completed = json(200, { ...smsBatch, state: 'completed' });
  const waiting = (...answers: readonly FakeAnswer[]) => {
    const { transport, waits } = transportOf(fakeServer(...answers));
    return { batches: new BatchesClient(transport), waits };
  };

  test('reads the state at half of the estimated time, again and again', async () => {
    const at = { estimatedCompletionOn: inSeconds(16) };
    const { batches, waits } = waiting(running(at), running(at), running(at), running(at), running(at), completed);
    expect((await batches.wait(id)).state).toBe('completed');
    expect(waits).toEqual([8, 4, 2, 1, 1]);
  });

  test('reads it rarely if it takes long, is overdue or has no estimate', async () => {
    const { batches, waits } = waiting(
      running({ estimatedCompletionOn: inSeconds(86_400) }),
      running({ estimatedCompletionOn: inSeconds(30 - 20) }),
      running({ estimatedCompletionOn: undefined, createdOn: inSeconds(0) }),
      json(200, { ...smsBatch, state: 'scheduled', sendAt: inSeconds(600), estimatedCompletionOn: inSeconds(0) }),
      completed,
    );
    await batches.wait(id);
    expect(waits).toEqual([30, 10, 20, 30]);
  });

  test('follows Retry-After, and the interval of the caller before that', async () => {
    const advised = json(200, { ...smsBatch, state: 'running' }, { 'retry-after': '5' });
    const first = waiting(advised, completed);
    await first.batches.wait(id);
    expect(first.waits).toEqual([5]);
    const second = waiting(advised, advised, completed);
    await second.batches.wait(id, { pollIntervalSeconds: 0.5 });
    expect(second.waits).toEqual([0.5, 0.5]);
  });

  test.each(['completed', 'canceled', 'failed'])('ends with a batch that is %s, after all progress', async (state) => {
    const seen: string[] = [];
    const { batches } = waiting(running({}), json(200, { ...smsBatch, state }));
    await batches.wait(id, { onProgress: (batch) => seen.push(batch.state) });
    expect(seen).toEqual(['running', state]);
  });

  test('ends after its time, with a last look', async () => {
    const { batches, waits } = waiting(running({ estimatedCompletionOn: inSeconds(3600) }));
    await expect(batches.wait(id, { timeoutSeconds: 40 })).rejects.toMatchObject({ code: 'WaitTimeout' });
    expect(waits).toEqual([30, 10]);
    const last = waiting(running({ estimatedCompletionOn: inSeconds(3600) }), completed);
    expect((await last.batches.wait(id, { timeoutSeconds: 10 })).state).toBe('completed');
  });

  test.each([
    { timeoutSeconds: -1 },
    { timeoutSeconds: Number.NaN },
    { pollIntervalSeconds: 0 },
    { pollIntervalSeconds: Number.NaN },
  ])('refuses %j', async (options) => {
    await expect(waiting(completed).batches.wait(id, options)).rejects.toThrow(RangeError);
  });

  test('outlasts an interruption within its time, whether retries are on or off', async () => {
    const refused = new TypeError('fetch failed');
    const restart = [refused, failure(503, 'Gateway'), failure(429, 'TooManyRequests', { 'retry-after': '90' })];
    const answers = [running({}), ...restart, completed];
    const { transport, waits } = transportOf(fakeServer(...answers), { retry: false });
    const seen: string[] = [];
    const options = { timeoutSeconds: 600, onProgress: (batch: { state: string }) => seen.push(batch.state) };
    expect((await new BatchesClient(transport).wait(id, options)).state).toBe('completed');
    expect(seen).toEqual(['running', 'completed']);
    expect(waits.slice(1)).toEqual([5, 5, 90]);
  });

  test('ends after its time in an interruption, of which it tells the reason', async () => {
    const { batches, waits } = waiting(running({}), failure(503, 'Gateway'));
    const error = await batches.wait(id, { timeoutSeconds: 60 }).catch((it: unknown) => it);
    expect(error).toMatchObject({ code: 'WaitTimeout', cause: { code: 'Gateway' } });
    expect(waits.reduce((sum, it) => sum + it, 0)).toBeLessThan(70);
  });

  test('ends with an interruption if it has no time limit, and at once with an error that stays', async () => {
    await expect(waiting(failure(503, 'Gateway')).batches.wait(id)).rejects.toMatchObject({ code: 'Gateway' });
    const denied = waiting(failure(401, 'Denied'));
    await expect(denied.batches.wait(id, { timeoutSeconds: 60 })).rejects.toMatchObject({ code: 'Denied' });
    expect(denied.waits).toEqual([]);
  });

  test('ends after its time although a read has no response', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let signal: AbortSignal | undefined;
    const { batches } = waiting((_, own) => {
      signal = own;
      return new Promise(() => undefined);
    });
    const ended = expect(batches.wait(id, { timeoutSeconds: 60 })).rejects.toMatchObject({ code: 'WaitTimeout' });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    await ended;
    expect([signal?.aborted, vi.getTimerCount()]).toEqual([true, 0]);
  });

  test('waits for the callback, and fails if it does', async () => {
    const reason = new Error('disk full');
    const failing = waiting(running({}), completed).batches.wait(id, { onProgress: () => Promise.reject(reason) });
    await expect(failing).rejects.toBe(reason);
  });

  test('never reads without a pause, whatever the response says', async () => {
    const { batches, waits } = waiting(
      json(200, { id, state: 'running', createdOn: 'soon' }),
      json(200, { id, state: 'running' }, { 'retry-after': '99999999999' }),
      completed,
    );
    await batches.wait(id);
    expect(waits).toEqual([30, 86_400]);
  });

  test.each([undefined, null, [], {}, { id }, { state: 'completed' }, { id: 7, state: 7 }])(
    'does not take %j for a batch',
    async (body) => {
      const answer = body === undefined ? new Response(null, { status: 204 }) : json(200, body);
      await expect(waiting(answer).batches.wait(id)).rejects.toMatchObject({ code: 'UnexpectedResponse' });
    },
  );

  test('ends with an error of Switchboard, and when it is aborted', async () => {
    await expect(waiting(failure(404, 'NotFound')).batches.wait(id)).rejects.toMatchObject({ code: 'NotFound' });
    const controller = new AbortController();
    const { batches } = waiting(running({}));
    const aborted = batches.wait(id, { signal: controller.signal, onProgress: () => controller.abort('why') });
    await expect(aborted).rejects.toBe('why');
  });
});
