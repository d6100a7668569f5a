import { describe, expect, test, vi } from 'vitest';
import { outcomeEvent } from '../../../shared/contract/queueMessage.ts';
import { greeting, NOW, rig } from './fixtures.ts';

const BODY = { from: '+18005550100', text: 'Hello' };
const message = (more: object = {}) => ({ id: 'm1', client: 'shop', params: { name: 'Anna' }, body: BODY, ...more });
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('a message that succeeds', () => {
  test('is told as a CloudEvent, and nothing is kept', async () => {
    const { deliver, storage } = rig();
    await deliver(greeting(), message());
    expect(storage.sent.map(({ queue }) => queue)).toEqual(['outcomes']);
    const [event] = storage.messages('outcomes');
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(UUID),
      source: '/switchboard',
      type: 'switchboard.greet.succeeded',
      subject: 'm1',
      time: NOW.toISOString(),
      datacontenttype: 'application/json',
      httpstatus: 200,
      client: 'shop',
      data: { greeted: BODY },
    });
    expect(outcomeEvent.parse(event)).toEqual(event);
  });

  test('is told under one id however often it is delivered, and under others for other messages', async () => {
    const { deliver, storage } = rig();
    await deliver(greeting(), message());
    await deliver(greeting(), message(), { dequeueCount: 2, id: 'other' });
    await deliver(greeting(), message({ id: 'm2' }));
    await deliver(greeting(), message({ client: 'office' }));
    const ids = storage.messages('outcomes').map((it) => Reflect.get(Object(it), 'id'));
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  test('is told on the queue that it names', async () => {
    const { deliver, storage } = rig();
    await deliver(greeting(), message({ replyTo: 'answers' }));
    expect(storage.sent.map(({ queue }) => queue)).toEqual(['answers']);
  });

  test('without an answer has null for data', async () => {
    const { deliver, storage } = rig();
    await deliver(
      greeting(async () => undefined),
      message(),
    );
    expect(storage.messages('outcomes')).toMatchObject([{ data: null }]);
  });

  test('bears the queue’s id where it has none, and Switchboard’s own name without a client', async () => {
    const { deliver, storage } = rig();
    await deliver(greeting(), { params: { name: 'Anna' }, body: BODY });
    expect(storage.messages('outcomes')).toMatchObject([{ subject: 'queue-id', client: 'switchboard' }]);
  });

  test('goes to links of Switchboard’s own address', async () => {
    const operation = greeting(async (_, { acs }) => ({ url: acs.publicUrl }));
    const { deliver, storage } = rig();
    await deliver(operation, message());
    expect(storage.messages('outcomes')).toMatchObject([{ data: { url: 'https://switchboard.example' } }]);
  });
});

describe('a secret', () => {
  const operation = greeting(async () => ({ token: 'eyJ.a.b', expiresOn: 'then' }), {
    secrets: { strip: () => ({ expiresOn: 'then' }), renew: async (stored) => stored },
  });

  test('is withheld from the queue that everybody reads', async () => {
    const { deliver, storage } = rig();
    await deliver(operation, message());
    expect(storage.messages('outcomes')).toMatchObject([{ data: { expiresOn: 'then' } }]);
    expect(JSON.stringify(storage.sent)).not.toContain('eyJ');
  });

  test('goes where the message says', async () => {
    const { deliver, storage } = rig();
    await deliver(operation, message({ replyTo: 'answers' }));
    expect(storage.messages('answers')).toMatchObject([{ data: { token: 'eyJ.a.b' } }]);
  });
});

describe('an outcome that does not fit into a queue message', () => {
  test('is put into a blob, and the event names it', async () => {
    const text = 'é'.repeat(30_000);
    const { deliver, storage } = rig();
    await deliver(
      greeting(async () => ({ text })),
      message(),
    );
    const [event] = storage.messages('outcomes');
    const { id, dataref } = outcomeEvent.parse(event);
    expect(dataref).toBe(`memory://blobs/outcome-bodies/${id}.json`);
    expect(event).not.toHaveProperty('data');
    const blob = await storage.blobs.read('outcome-bodies', `${id}.json`);
    expect(JSON.parse(String(blob))).toEqual({ text });
  });

  test('is the one that is a byte too long', async () => {
    const { deliver, storage } = rig();
    await deliver(
      greeting(async () => ({ text: '' })),
      message(),
    );
    const room = 48 * 1024 - Buffer.byteLength(storage.sent[0]?.text ?? '');
    for (const length of [room, room + 1]) {
      await deliver(
        greeting(async () => ({ text: 'x'.repeat(length) })),
        message({ id: `m${length - room + 2}` }),
      );
    }
    expect(storage.messages('outcomes').slice(1)).toEqual([
      expect.not.objectContaining({ dataref: expect.anything() }),
      expect.objectContaining({ dataref: expect.anything() }),
    ]);
  });
});

describe('a body in a blob', () => {
  test.each([
    ['of another client', 'desk/one.json', 403],
    ['beside those of its client', 'shop-x/one.json', 403],
    ['of all', 'one.json', 403],
    ['of another client on the way out', 'shop/../desk/one.json', 400],
    ['of another container', '../other-container/one.json', 400],
  ])('%s is not read: %s', async (_, bodyBlob, httpstatus) => {
    const it = rig();
    for (const name of ['desk/one.json', 'shop-x/one.json', 'one.json']) {
      await it.storage.blobs.write('message-bodies', name, JSON.stringify(BODY));
    }
    const read = vi.spyOn(it.storage.blobs, 'read');
    await it.deliver(greeting(), { ...message({ bodyBlob }), body: undefined });
    expect(it.storage.messages('outcomes')).toMatchObject([{ httpstatus, data: { error: { target: 'bodyBlob' } } }]);
    expect(read).not.toHaveBeenCalled();
  });

  const deliverBlob = async (content: string | undefined, more: object = {}) => {
    const it = rig();
    if (content !== undefined) await it.storage.blobs.write('message-bodies', 'shop/big/one.json', content);
    await it.deliver(greeting(), { ...message({ bodyBlob: 'shop/big/one.json', ...more }), body: undefined });
    return it.storage;
  };

  test('is read', async () => {
    const storage = await deliverBlob(JSON.stringify(BODY));
    expect(storage.messages('outcomes')).toMatchObject([{ data: { greeted: BODY } }]);
  });

  test.each<[string, string | undefined, object]>([
    ['is missing', undefined, { httpstatus: 400, data: { error: { code: 'InvalidRequest', target: 'bodyBlob' } } }],
    ['is too large', 'x'.repeat(1001), { httpstatus: 413, data: { error: { code: 'PayloadTooLarge' } } }],
    ['is no JSON', '{', { httpstatus: 400, data: { error: { code: 'InvalidJson' } } }],
  ])('that %s fails', async (_, content, outcome) => {
    const storage = await deliverBlob(content);
    expect(storage.messages('outcomes')).toMatchObject([outcome]);
    expect(storage.messages('greet-poison')).toHaveLength(1);
  });
});
