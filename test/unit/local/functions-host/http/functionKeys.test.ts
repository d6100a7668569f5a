import { describe, expect, it } from 'vitest';
import { isAllowed, parseFunctionKeys } from '../../../../../infra/local/functions-host/http/functionKeys.ts';

const keys = parseFunctionKeys(['default=abc==', '_master=root', '']);

describe('function keys', () => {
  it.each([
    ['anonymous', undefined, null, true],
    ['function', 'abc==', null, true],
    ['function', undefined, 'abc==', true],
    ['function', 'root', null, true],
    ['function', 'wrong', 'abc==', false],
    ['function', 'abc=', null, false],
    ['function', undefined, null, false],
    ['function', '', null, false],
    ['admin', 'root', null, true],
    ['admin', 'abc==', null, false],
  ] as const)('%s with header %s and query %s is %s', (level, header, query, allowed) => {
    expect(isAllowed(level, keys, header, query)).toBe(allowed);
  });

  it('without any key, only anonymous functions are accessible', () => {
    const none = parseFunctionKeys([]);
    expect(isAllowed('function', none, '', null)).toBe(false);
    expect(isAllowed('admin', none, 'x', null)).toBe(false);
    expect(isAllowed('anonymous', none, undefined, null)).toBe(true);
  });

  it.each(['value', '=value', 'name='])('rejects %s', (entry) => {
    expect(() => parseFunctionKeys([entry])).toThrow(/name=value/);
  });
});
