import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, toTrigger } from '../../../../../infra/local/functions-host/queue/messages.ts';

describe('queue message', () => {
  it.each(['base64', 'none'] as const)('comes out of %s as it went in', (encoding) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeMessage(encodeMessage(text, encoding), encoding)?.toString()).toBe(text);
      }),
    );
  });

  it.each(['{"a":1}', 'abc', 'ab=c', 'a b=', 'abc-', '===='])('is not base64: %s', (text) => {
    expect(decodeMessage(text, 'base64')).toBeUndefined();
  });

  it('has metadata under the platform’s names', () => {
    const time = new Date('2026-01-02T03:04:05Z');
    const message = {
      messageId: 'id',
      popReceipt: 'pop',
      dequeueCount: 3,
      messageText: '',
      insertedOn: time,
      expiresOn: time,
      nextVisibleOn: time,
    };
    const content = Buffer.from('"q"');
    expect(toTrigger(message, content, false)).toEqual({
      data: { string: '"q"' },
      metadata: {
        QueueTrigger: { string: '"q"' },
        Id: { string: 'id' },
        PopReceipt: { string: 'pop' },
        DequeueCount: { int: 3 },
        InsertionTime: { json: '"2026-01-02T03:04:05.000Z"' },
        ExpirationTime: { json: '"2026-01-02T03:04:05.000Z"' },
        NextVisibleTime: { json: '"2026-01-02T03:04:05.000Z"' },
      },
    });
    expect(toTrigger(message, content, true).data).toEqual({ bytes: content });
  });
});
