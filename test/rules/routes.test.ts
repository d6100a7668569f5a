import { expect, test } from 'vitest';
import { compileRoutes, type HttpFunction, type Route } from '../../infra/local/functions-host/http/router.ts';
import { loadApp } from './app.ts';

const routes = await loadRoutes();

async function loadRoutes(): Promise<readonly Route[]> {
  const { functions } = await loadApp();
  return compileRoutes(
    functions.filter((it): it is HttpFunction => it.trigger.kind === 'http'),
    '',
  );
}

const PARAMETER = /\{[^}]+\}/;
const literals = [...new Set(routes.flatMap(({ template }) => template.split('/')))].filter(
  (it) => !PARAMETER.test(it),
);
const suffixes = routes.flatMap(({ template }) => template.match(/(?<=\}):[^/]+/g) ?? []);
const VALUES = ['8:acs:x', ...literals, ...suffixes.map((it) => `x${it}`)];

/** Paths that a template serves, among them those that look most like another template. */
function examples(template: string): string[] {
  if (!PARAMETER.test(template)) return [`/${template}`];
  return VALUES.flatMap((value) => examples(template.replace(PARAMETER, value)));
}

test('there are routes, some with parameters', () => {
  expect(routes.length).toBeGreaterThan(9);
  expect(routes.some(({ template }) => PARAMETER.test(template))).toBe(true);
});

// The host takes the first route that matches, in the order of names, however specific another one is.
test.each(routes.map((route) => [route.target.name, route] as const))(
  'no other route takes what is meant for %s',
  (name, route) => {
    const methods = [...(route.target.trigger.methods ?? [])];
    for (const path of examples(route.template)) {
      for (const method of methods) {
        const takers = routes.filter((it) => it.target.trigger.methods?.has(method) && it.match(path));
        expect([path, ...takers.map((it) => it.target.name)]).toEqual([path, name]);
      }
    }
  },
);
