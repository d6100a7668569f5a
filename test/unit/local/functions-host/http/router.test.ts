import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFunctions } from '../../../../../infra/local/functions-host/bindings.ts';
import { compileRoutes, findRoute, type HttpFunction } from '../../../../../infra/local/functions-host/http/router.ts';
import { httpFunction } from '../functions.ts';

const sorted = (functions: readonly HttpFunction[]) => readFunctions(functions) as HttpFunction[];
const route = (functions: readonly HttpFunction[], method: string, path: string, prefix = '') =>
  findRoute(compileRoutes(sorted(functions), prefix), method, path);

describe('router', () => {
  it('uses the first match in the order of function names, ignoring case', () => {
    const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,5}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, selector: (one) => one.toLowerCase() }), (names) => {
        const functions = names.map((one, index) => httpFunction(one, { route: `{p${index}}` }));
        const [first] = [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
        expect(route(functions, 'GET', '/x')?.target.name).toBe(first);
      }),
    );
  });

  it('does not prefer the more specific route', () => {
    const functions = [httpFunction('b', { route: 'sms/literal' }), httpFunction('a', { route: 'sms/{id}' })];
    expect(route(functions, 'GET', '/sms/literal')).toMatchObject({
      target: { name: 'a' },
      parameters: { id: 'literal' },
    });
  });

  it('supports one template with different methods in different functions', () => {
    const functions = [httpFunction('read', { route: 'x' }), httpFunction('write', { route: 'x', methods: ['post'] })];
    expect(route(functions, 'GET', '/x')?.target.name).toBe('read');
    expect(route(functions, 'POST', '/x')?.target.name).toBe('write');
    expect(route(functions, 'PUT', '/x')).toBeUndefined();
  });

  it('tries the next route if a constraint does not match', () => {
    const functions = [httpFunction('a', { route: '{id:int}' }), httpFunction('b', { route: '{name}' })];
    expect(route(functions, 'GET', '/7')?.target.name).toBe('a');
    expect(route(functions, 'GET', '/x')?.target.name).toBe('b');
  });

  it('adds the prefix, and uses the function name as default route', () => {
    expect(route([httpFunction('sendSms')], 'GET', '/api/SendSms', 'api')?.target.name).toBe('sendSms');
    expect(route([httpFunction('sendSms')], 'GET', '/sendSms', 'api')).toBeUndefined();
    expect(route([httpFunction('root', { route: '/' })], 'GET', '/api', 'api')?.target.name).toBe('root');
  });

  it.each([
    [{ route: 'X/{id}' }, { route: '/x/{ID}/', methods: ['POST', 'GET'] }],
    [{ route: 'x' }, { route: 'x', methods: undefined }],
  ])('rejects %j beside %j', (one, other) => {
    const functions = [httpFunction('a', one), httpFunction('b', other)];
    expect(() => compileRoutes(functions, '')).toThrow(/^b: the route .* is that of a/);
  });

  it.each(['admin/x', 'runtime', 'Administer'])('keeps %s for the host', (template) => {
    expect(() => compileRoutes([httpFunction('f', { route: template })], '')).toThrow(/is reserved for the host/);
    expect(compileRoutes([httpFunction('f', { route: template })], 'api')).toHaveLength(1);
  });

  it('names every route that is not supported', () => {
    const functions = [httpFunction('a', { route: '{x:nope}' }), httpFunction('b', { route: 'y?' })];
    expect(() => compileRoutes(functions, '')).toThrow(/^a: .*\nb: /);
  });
});
