import { expect, it } from 'vitest';
import { messagesOf } from '../../../../../infra/local/functions-host/queue/messages.ts';

it.each([
  [undefined, []],
  [null, []],
  [{ string: 'a' }, ['a']],
  [{ string: '' }, ['']],
  [{ string: '{"a":1}' }, ['{"a":1}']],
  [{ string: '["a",{"b":1},null]' }, ['a', '{\n  "b": 1\n}']],
  [{ string: '[broken' }, ['[broken']],
  [{ json: '{"a":1}' }, ['{\n  "a": 1\n}']],
  [{ json: '["a","b"]' }, ['a', 'b']],
  [{ json: 'true' }, ['true']],
  [{ int: 0 }, ['0']],
  [{ double: 1.5 }, ['1.5']],
  [{ bytes: new Uint8Array([1]) }, [new Uint8Array([1])]],
])('%j is sent as %j', (data, messages) => {
  expect(messagesOf(data)).toEqual(messages);
});
