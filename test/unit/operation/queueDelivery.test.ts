import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessage } from '../../../shared/operation/queueDelivery.ts';

const base64 = (content: string | Uint8Array) => Buffer.from(content as Uint8Array).toString('base64');

/** What the host hands over of a text on a queue. */
const received = (text: string) => readMessage(Buffer.from(text));

const BOM = '\uFEFF';
const MESSAGE = { id: 'order-4711', body: { message: 'Grüße 👋' } };
const JSON_TEXT = JSON.stringify(MESSAGE);

describe('a message is read', () => {
  test.each([
    ['in base64', base64(JSON_TEXT)],
    ['in base64, with a byte order mark', base64(BOM + JSON_TEXT)],
    [
      'in base64, with line breaks as in MIME (RFC 2045 §6.8)',
      `${base64(JSON_TEXT).replaceAll(/.{76}/g, '$&\r\n')}\r\n`,
    ],
    ['as plain JSON', JSON_TEXT],
    ['as plain JSON, with a byte order mark', BOM + JSON_TEXT],
    ['as plain JSON, with white space around it', `\r\n\t ${JSON_TEXT}\r\n`],
  ])('%s', (_, text) => {
    expect(received(text)).toEqual({ original: text, content: MESSAGE });
  });

  test('in base64 from any JSON object, with any characters', () => {
    const anything = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    fc.assert(
      fc.property(anything, fc.boolean(), fc.boolean(), (message, withMark, isPlain) => {
        const text = (withMark ? BOM : '') + JSON.stringify(message);
        const onQueue = isPlain ? text : base64(text);
        expect(received(onQueue)).toEqual({ original: onQueue, content: JSON.parse(JSON.stringify(message)) });
      }),
    );
  });

  test('as events of Event Grid: an array', () => {
    expect(received(base64(`${BOM}[{"id":"1"}]`)).content).toEqual([{ id: '1' }]);
  });
});

describe('what is no message stays the text that it is', () => {
  test.each([
    ['a number too large for one', '89e7073266', '89e7073266'],
    ['the same in base64', base64('89e7073266'), '89e7073266'],
    ['a number', '1234', undefined],
    ['null', 'null', undefined],
    ['a JSON string', '"text"', '"text"'],
    ['broken JSON', '{"id": ', '{"id": '],
    ['broken JSON in base64', base64('{"id": '), '{"id": '],
    ['a sentence', 'Hello, Anna!', 'Hello, Anna!'],
    ['nothing', '', ''],
    ['base64 of what is not UTF-8', base64(Uint8Array.of(0xc3, 0x28)), base64(Uint8Array.of(0xc3, 0x28))],
  ])('%s', (_, text, content) => {
    const message = received(text);
    expect(message.original).toBe(text);
    if (content === undefined) expect(message.content).toEqual(expect.any(String));
    else expect(message.content).toBe(content);
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(received(text).original).toBe(text);
      }),
    );
  });
});

test('a run by name hands over text, which the library has parsed where it is JSON', () => {
  expect(readMessage(MESSAGE)).toEqual({ original: JSON_TEXT, content: MESSAGE });
  expect(readMessage('Hello')).toEqual({ original: 'Hello', content: 'Hello' });
});
