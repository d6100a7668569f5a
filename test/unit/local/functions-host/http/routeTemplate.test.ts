import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../../../infra/local/functions-host/http/routeTemplate.ts';

const match = (template: string, path: string) => compileTemplate(template, 'f')(path);
const segment = fc.stringMatching(/^[a-z][a-z0-9:._-]{0,8}$/);

describe('route template', () => {
  it('matches a literal path in any case, with or without a trailing slash', () => {
    const upperSome = (text: string, flips: boolean[]) =>
      [...text].map((char, index) => (flips[index % flips.length] ? char.toUpperCase() : char)).join('');
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 1 }),
        fc.boolean(),
        (segments, flips, slash) => {
          const path = upperSome(`/${segments.join('/')}`, flips) + (slash ? '/' : '');
          expect(match(segments.join('/'), path)).toEqual({});
        },
      ),
    );
  });

  it('a parameter has exactly the whole segment', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (value) => {
        fc.pre(!value.includes('/'));
        expect(match('a/{id}/b', `/a/${value}/b`)).toEqual({ id: value });
        expect(match('a/{id}', `/a/${value}/b`)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['emails:send', '/emails:send', {}],
    ['identities/{id}/:issueAccessToken', '/identities/8:acs:x_y/:issueAccessToken', { id: '8:acs:x_y' }],
    ['sms/batches/{id}:cancel', '/sms/batches/42:cancel', { id: '42' }],
    ['sms/batches/{id}:cancel', '/sms/batches/a:b:cancel', { id: 'a:b' }],
    ['{a}-{b}', '/1-2-3', { a: '1-2', b: '3' }],
    ['a.b/{id}', '/aXb/1', undefined],
    ['a/{b?}/{c?}', '/a', {}],
    ['a/{b?}/{c?}', '/a/1', { b: '1' }],
    ['a/{b?}/{c?}', '/a/1/2', { b: '1', c: '2' }],
    ['a/{*rest}', '/a', {}],
    ['a/{*rest}', '/a/', {}],
    ['a/{*rest}', '/a/b/c/', { rest: 'b/c/' }],
    ['a/{**rest}', '/a/b/c', { rest: 'b/c' }],
    ['', '/', {}],
    ['/', '/', {}],
    ['/a/', '/a', {}],
    ['a/{id}', '/a//', undefined],
    ['a{{b}}', '/a{b}', {}],
  ])('%s on %s returns %j', (template, path, parameters) => {
    expect(match(template, path)).toEqual(parameters);
  });

  it.each([
    ['{id:int}', ['1', '-7', '2147483647'], ['x', '1.5', '2147483648', '']],
    ['{id:long}', ['9223372036854775807'], ['9223372036854775808', 'x']],
    ['{id:guid}', ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000000000'], ['0000', 'x']],
    ['{id:alpha}', ['abc', 'ABC'], ['a1']],
    ['{id:bool}', ['true', 'FALSE'], ['1']],
    ['{id:double}', ['1.5', '-1e3'], ['e', '1,5']],
    ['{id:length(2,3)}', ['ab', 'abc'], ['a', 'abcd']],
    ['{id:length(2)}', ['ab'], ['a', 'abc']],
    ['{id:minlength(2)}', ['ab'], ['a']],
    ['{id:maxlength(2)}', ['ab'], ['abc']],
    ['{id:range(1,3)}', ['1', '3'], ['0', '4', 'x']],
    ['{id:min(3)}', ['3'], ['2']],
    ['{id:max(3)}', ['3'], ['4']],
    ['{id:int:min(3)}', ['4'], ['2', 'x']],
    ['{id:regex(^(a|b:c)\\d{{2}}$)}', ['a12', 'b:c34'], ['a1', 'c12']],
  ])('%s allows %j and rejects %j', (template, allowed, refused) => {
    for (const value of allowed) expect(match(template, `/${value}`), value).toEqual({ id: value });
    for (const value of refused) expect(match(template, `/${value}`), value).toBeUndefined();
  });

  it.each([
    ['a?b', /"\?" outside braces/],
    ['a/{id', /unmatched brace/],
    ['a/id}', /unmatched brace/],
    ['{id:integer}', /unknown constraint: integer/],
    ['{id:toString}', /unknown constraint: toString/],
    ['{id:length(x)}', /unknown constraint/],
    ['{id:regex([)}', /unknown constraint/],
    ['{id=5}', /cannot read: \{id=5\}/],
    ['{*rest}/a', /segment after an optional one/],
    ['{*rest}/{b?}', /after \{\*rest\}/],
    ['{a?}/b', /segment after an optional one/],
    ['x{a?}', /optional parameter with other text/],
    ['{a}{b}', /without text between/],
    ['{a}/{A}', /has a parameter twice/],
    ['a//b', /empty segment/],
  ])('rejects %s', (template, why) => {
    expect(() => compileTemplate(template, 'sendSms')).toThrow(why);
    expect(() => compileTemplate(template, 'sendSms')).toThrow(/^sendSms: /);
  });
});
