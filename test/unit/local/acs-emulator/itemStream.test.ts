import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { streamItems } from '../../../../infra/local/acs-emulator/outbox/itemStream.ts';
import { EventSourceClient, type StreamEvent } from './eventSource.ts';
import { Notes } from './outbox.fixtures.ts';

/** Serves the stream of an outbox at `/`. */
async function serve(notes: Notes): Promise<{ readonly url: string; readonly close: () => Promise<unknown> }> {
  const server = createServer((request, response) => {
    const lastEventId = request.headers['last-event-id'];
    const id = Array.isArray(lastEventId) ? lastEventId[0] : lastEventId;
    streamItems(notes.outbox, { mailbox: 'mine', lastEventId: id }, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    notes.outbox.close();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function streamOf(notes: Notes): Promise<string> {
  const { url, close } = await serve(notes);
  onTestFinished(async () => void (await close()));
  return url;
}

/** Reads all that has happened until now. */
async function readAll(notes: Notes, client: EventSourceClient): Promise<StreamEvent[]> {
  notes.outbox.announce({ what: 'faults', thread: String(notes.outbox.revision) });
  const { revision } = notes.outbox;
  return (await client.until(({ id }) => id.endsWith(`-${revision}`))).slice(0, -1);
}

afterEach(() => void vi.useRealTimers());

describe('a stream', () => {
  test('begins with hello and goes on with what arrives, changes and is removed', async () => {
    const notes = new Notes({ maximumItems: 2 });
    notes.put('earlier');
    const client = await EventSourceClient.open(await streamOf(notes));
    expect(await client.next()).toMatchObject({ name: 'hello', data: { mailbox: 'mine', isComplete: false } });
    notes.put('a', { text: 'Hello\nthere' });
    expect(await client.next()).toMatchObject({
      name: 'item',
      data: { id: 'a', preview: 'Hello\nthere', sequence: 2 },
    });
    notes.put('a', { status: 'Delivered' });
    expect(await client.next()).toMatchObject({ name: 'item', data: { id: 'a', status: 'Delivered', sequence: 2 } });
    notes.put('b');
    notes.delete('a');
    expect((await readAll(notes, client)).map(({ name, data }) => [name, data.id ?? data.items])).toEqual([
      ['item', 'b'],
      [
        'removed',
        [
          { channel: 'sms', id: 'earlier' },
          { channel: 'sms', id: 'a' },
        ],
      ],
    ]);
    notes.clear();
    expect(await client.next()).toMatchObject({ name: 'reset', data: {} });
    notes.outbox.announce({ what: 'typing', thread: '19:a' });
    expect(await client.next()).toMatchObject({ name: 'changed', data: { what: 'typing', thread: '19:a' } });
  });

  test('sends the present state once, however often an item changed in one turn', async () => {
    const notes = new Notes();
    const client = await EventSourceClient.open(await streamOf(notes));
    await client.next();
    for (const status of ['Queued', 'Sent', 'Delivered']) notes.put('a', { status });
    const events = await readAll(notes, client);
    expect(events.map(({ data }) => data.status)).toEqual(['Delivered']);
  });

  test('writes what arrives at once in few parts', async () => {
    const notes = new Notes();
    const client = await EventSourceClient.open(await streamOf(notes));
    await client.next();
    const [response] = notes.outbox.streams;
    const write = vi.spyOn(response as NonNullable<typeof response>, 'write');
    for (let index = 0; index < 10_000; index += 1) notes.put(String(index));
    expect(await readAll(notes, client)).toHaveLength(10_000);
    expect(write.mock.calls.length).toBeLessThan(100);
  });

  test('waits for a client that does not read, in bounded memory, and then goes on', async () => {
    const notes = new Notes();
    const { port } = new URL(await streamOf(notes));
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    for (let index = 0; index < 10_000; index += 1) notes.put(String(index), { subject: 'x'.repeat(5000) });
    const [response] = notes.outbox.streams;
    // the signal, and every batch that could follow
    for (let turn = 0; turn < 1000; turn += 1) await new Promise(setImmediate);
    expect(response?.writableNeedDrain).toBe(true);
    expect(response?.writableLength).toBeLessThan(4 * 1024 * 1024);
    socket.setEncoding('latin1');
    let text = '';
    socket.on('data', (chunk: string) => {
      text = (text + chunk).slice(-10_000);
      if (text.includes('"id":"9999"')) socket.destroy();
    });
    socket.resume();
    await once(socket, 'close');
    expect(text).toContain('"id":"9999"');
  });

  test('disconnects a client that has not read for the time between two heartbeats', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const notes = new Notes();
    const url = await streamOf(notes);
    const reader = await EventSourceClient.open(url);
    await reader.next();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    vi.advanceTimersByTime(15_000);
    expect(await reader.next()).toMatchObject({ name: ':' });
    expect(notes.outbox.streams.size).toBe(2);
    for (let index = 0; index < 10_000; index += 1) notes.put(String(index), { subject: 'x'.repeat(5000) });
    await readAll(notes, reader);
    const ended = once([...notes.outbox.streams][1] as NodeJS.EventEmitter, 'close');
    vi.advanceTimersByTime(15_000);
    await ended;
    expect(notes.outbox.streams.size).toBe(1);
    socket.destroy();
  });

  test('is forgotten when its client has left', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const notes = new Notes();
    const client = await EventSourceClient.open(await streamOf(notes));
    await client.next();
    const [response] = notes.outbox.streams;
    client.close();
    await once(response as NodeJS.EventEmitter, 'close');
    expect(notes.outbox.streams.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends when the outbox is closed', async () => {
    const notes = new Notes();
    const client = await EventSourceClient.open(await streamOf(notes));
    await client.next();
    notes.outbox.close();
    expect(await client.next()).toBeUndefined();
  });
});

describe('a client that returns', () => {
  test('gets the present state of what it has missed', async () => {
    const notes = new Notes();
    const url = await streamOf(notes);
    notes.put('old');
    notes.put('gone');
    const first = await EventSourceClient.open(url);
    const hello = await first.next();
    first.close();
    notes.put('new', { status: 'Sent' });
    notes.put('new', { status: 'Delivered' });
    notes.delete('gone');
    const second = await EventSourceClient.open(url, hello?.id);
    expect(await second.next()).toMatchObject({ name: 'hello', id: hello?.id, data: { isComplete: true } });
    const events = await readAll(notes, second);
    expect(events.map(({ name, data }) => [name, data.id ?? data.items, data.status])).toEqual([
      ['item', 'new', 'Delivered'],
      ['removed', [{ channel: 'sms', id: 'gone' }], undefined],
    ]);
  });

  test.each(['', 'x', '1', 'abc-1', '{epoch}-999999', '{epoch}-', '{epoch}--1', '{epoch}-1.5'])(
    'is asked to read the list again if the id of its last event is unknown: %s',
    async (template) => {
      const notes = new Notes();
      notes.put('a');
      const id = template.replace('{epoch}', notes.outbox.epoch);
      const client = await EventSourceClient.open(await streamOf(notes), id);
      const hello = await client.next();
      expect(hello).toMatchObject({ name: 'hello', data: { isComplete: false } });
      notes.put('b');
      expect(await client.next()).toMatchObject({ data: { id: 'b' } });
    },
  );

  test('is asked to read the list again if removals that it has missed are no longer known', async () => {
    const notes = new Notes({ maximumItems: 10 });
    const url = await streamOf(notes);
    const first = await EventSourceClient.open(url);
    const hello = await first.next();
    first.close();
    for (let index = 0; index < 100_000; index += 1) notes.put(String(index));
    const second = await EventSourceClient.open(url, hello?.id);
    expect(await second.next()).toMatchObject({ data: { isComplete: false } });
  });
});

/** What a page does with the events. */
class Page {
  readonly shown = new Map<string, { readonly revision: number; readonly status: string }>();
  lastEventId: string | undefined;
  /** Of the last item that was sent. */
  #lastRevision = 0;
  readonly #notes: Notes;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  apply({ id, name, data }: StreamEvent): void {
    if (name === 'hello' && !data.isComplete) this.#readList();
    if (name === 'item') this.#show(data);
    if (name === 'removed') for (const item of data.items) this.#hide(item.id);
    if (name === 'reset') this.shown.clear();
    this.lastEventId = id;
  }

  #readList(): void {
    this.shown.clear();
    for (const { id, revision, status } of this.#notes.outbox.items({}, 1000).value) {
      this.shown.set(id, { revision, status });
    }
  }

  #show({ id, revision, status }: { id: string; revision: number; status: string }): void {
    if (revision <= this.#lastRevision) throw new Error(`Revision ${revision} of ${id} was sent twice.`);
    this.#lastRevision = revision;
    const isNew = revision > (this.shown.get(id)?.revision ?? 0); // the list may be ahead of the stream
    if (isNew) this.shown.set(id, { revision, status });
  }

  #hide(id: string): void {
    this.shown.delete(id);
  }
}

type Step =
  | { readonly do: 'put' | 'delete'; readonly id: string; readonly status: string }
  | { readonly do: 'clear' | 'turn' }
  /** The connection breaks after so many more events. */
  | { readonly do: 'break'; readonly afterEvents: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('put' as const), id: fc.nat(9).map(String), status: fc.string() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('delete' as const), id: fc.nat(9).map(String), status: fc.string() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear' as const, 'turn' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('break' as const), afterEvents: fc.nat(4) }) },
);

async function perform(notes: Notes, made: Exclude<Step, { do: 'break' }>): Promise<void> {
  if (made.do === 'put') notes.put(made.id, { status: made.status });
  else if (made.do === 'delete') notes.delete(made.id);
  else if (made.do === 'clear') notes.clear();
  else await new Promise(setImmediate);
}

test('a page whose connection breaks again and again neither misses an item nor gets one twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const notes = new Notes({ maximumItems: 6 });
      const { url, close } = await serve(notes);
      const page = new Page(notes);
      let client = await EventSourceClient.open(url);
      const read = async (count: number) => {
        notes.outbox.announce({ what: 'faults' }); // so that there is something to read
        for (let index = 0; index < count; index += 1) {
          const event = await client.next();
          if (event) page.apply(event);
          if (event?.id.endsWith(`-${notes.outbox.revision}`)) return;
        }
      };
      for (const made of steps) {
        if (made.do !== 'break') {
          await perform(notes, made);
          continue;
        }
        await read(made.afterEvents);
        client.close();
        client = await EventSourceClient.open(url, page.lastEventId);
      }
      await read(Number.POSITIVE_INFINITY);
      const { value } = notes.outbox.items({}, 1000);
      expect(Object.fromEntries(page.shown)).toEqual(
        Object.fromEntries(value.map(({ id, revision, status }) => [id, { revision, status }])),
      );
      client.close();
      await close();
    }),
    { numRuns: 60 },
  );
});
