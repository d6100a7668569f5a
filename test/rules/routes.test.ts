import { describe, expect, test } from 'vitest';
import {
  compileRoutes,
  findRoute,
  type HttpFunction,
  type Route,
} from '../../infra/local/functions-host/http/router.ts';
import { operations, publicFunctions } from '../../shared/operation/definition.ts';
import { servedBy, unknownRequest } from '../../shared/operation/unknownRequest.ts';
import { loadApp } from './app.ts';

const routes = await loadRoutes();

async function loadRoutes(): Promise<readonly Route[]> {
  const { functions } = await loadApp();
  return compileRoutes(
    functions.filter((it): it is HttpFunction => it.trigger.kind === 'http'),
    '',
  );
}

/** The function that answers what no other serves. */
const CATCH_ALL = '{*path}';
const catchAll = routes.filter(({ template }) => template === CATCH_ALL);
const specific = routes.filter(({ template }) => template !== CATCH_ALL);

const PARAMETER = /\{[^}]+\}/;
const literals = [...new Set(specific.flatMap(({ template }) => template.split('/')))].filter(
  (it) => !PARAMETER.test(it),
);
const suffixes = specific.flatMap(({ template }) => template.match(/(?<=\}):[^/]+/g) ?? []);
const VALUES = ['8:acs:x', ...literals, ...suffixes.map((it) => `x${it}`)];

/** Paths that a template serves, among them those that look most like another template. */
function examples(template: string): string[] {
  if (!PARAMETER.test(template)) return [`/${template}`];
  return VALUES.flatMap((value) => examples(template.replace(PARAMETER, value)));
}

test('there are routes, some with parameters', () => {
  expect(specific.length).toBeGreaterThan(9);
  expect(specific.some(({ template }) => PARAMETER.test(template))).toBe(true);
});

// The host takes the first route that matches, in the order of names, however specific another one is.
test.each(specific.map((route) => [route.target.name, route] as const))(
  'no other route takes what is meant for %s',
  (name, route) => {
    const methods = [...(route.target.trigger.methods ?? [])];
    for (const path of examples(route.template)) {
      for (const method of methods) {
        const takers = specific.filter((it) => it.target.trigger.methods?.has(method) && it.match(path));
        expect([path, ...takers.map((it) => it.target.name)]).toEqual([path, name]);
      }
    }
  },
);

// The local host compiles the templates on its own.
test('a path with another method is allowed the methods that the host routes, and no other', async () => {
  const served = servedBy(operations, publicFunctions);
  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  for (const path of new Set(specific.flatMap(({ template }) => examples(template)))) {
    const allowed = all.filter((method) => findRoute(specific, method, path));
    for (const spelled of [path, path.toUpperCase(), `${path}/`, path.split('/').map(encodeURIComponent).join('/')]) {
      const { code, allow = [] } = unknownRequest('TRACE', spelled, served);
      expect([spelled, code, new Set(allow)]).toEqual([spelled, 'MethodNotAllowed', new Set(allowed)]);
    }
    for (const other of [`/x${path}`, `${path}//`, `${path}/x/y/z`, `${path}%2Fx`].filter((it) => !findAny(it))) {
      expect([other, unknownRequest('TRACE', other, served).code]).toEqual([other, 'NotFound']);
    }
  }
});

function findAny(path: string): boolean {
  return specific.some(({ match }) => match(path) !== undefined);
}

describe('the function that answers what no other serves', () => {
  test('is one, and the host tries it last: no name sorts behind its own', () => {
    expect(catchAll).toHaveLength(1);
    expect(routes.at(-1)).toBe(catchAll[0]);
    const others = specific.map(({ target }) => target.name.toLowerCase());
    const name = catchAll[0]?.target.name.toLowerCase() ?? '';
    expect(others.filter((it) => it >= name)).toEqual([]);
  });

  test('takes no request that another function serves', () => {
    for (const { target, template } of specific) {
      const [path = ''] = examples(template);
      for (const method of target.trigger.methods ?? []) {
        expect(findRoute(routes, method, path)?.target.name).toBe(target.name);
      }
    }
  });

  test.each(['/', '/nothing', '/sms/', '/chat/threads/19:x@thread.v2/unknown', '/a/b/c/d/e', '/api/sms'])(
    'takes any method of %s that no other function serves',
    (path) => {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const isServed = specific.some((it) => it.target.trigger.methods?.has(method) && it.match(path));
        const name = findRoute(routes, method, path)?.target.name;
        expect(name === catchAll[0]?.target.name).toBe(!isServed);
      }
    },
  );
});

test('what is for everybody also answers HEAD', () => {
  const open = specific.filter(({ target }) => target.trigger.methods?.has('HEAD')).map(({ template }) => template);
  expect(new Set(open)).toEqual(new Set(['health', 'health/ready', 'docs', 'docs/{file}', 'openapi.json']));
});
