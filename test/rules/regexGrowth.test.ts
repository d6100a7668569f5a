import { type AttackPattern, checkSync } from 'recheck';
import { describe, expect, test } from 'vitest';
import { isFullRun } from '../setup/effort.ts';
import { type Expression, expressionsIn, readExpressions, SOURCE_FILES } from './expressions.ts';
import { growsTooFast, slowTextFor } from './growth.ts';

/** What the files make that build their expressions while they run, written out. */
const MADE: Readonly<Record<string, readonly (readonly [source: string, flags: string])[]>> = {
  'shared/smsbatch/recipients/template.ts': [
    ['^[@£$¥\\n\\^{}\\\\[~\\]|€]*$', ''],
    ['[\\f\\^{}\\\\[~\\]|€]', 'g'],
  ],
  // Of +212, which Morocco and Western Sahara share. All the library's patterns have a limited length.
  'shared/smsbatch/recipients/numberingPlans.ts': [
    [
      '^\\+212(?!(?:0)(?<!^\\+212))(?:(?=[5-8])(?=(?:[5-8]\\d{8})$)(?:(?=(?:\\d{9})$)(?:5(?:(?:18|4[0679]|5[03])\\d|2(?:[0-25-79]\\d|3[1-578]|4[02-46-8]|8[0235-9])|3(?:[0-47]\\d|5[02-9]|6[02-8]|8[014-9]|9[3-9]))\\d{5})|(?=(?:\\d{9})$)(?:(?:6(?:[0-79]\\d|8[0-247-9])|7(?:[016-8]\\d|2[0-8]|3[01]|5[0-5]))\\d{6})|(?=(?:\\d{9})$)(?:80[0-7]\\d{6})|(?=(?:\\d{9})$)(?:89\\d{7})|(?=(?:\\d{9})$)(?:(?:592(?:4[0-2]|93)|80[89]\\d\\d)\\d{4}))|(?![5-8])(?=(?:[5-8]\\d{8})$)(?:(?=(?:\\d{9})$)(?:528[89]\\d{5})|(?=(?:\\d{9})$)(?:(?:6(?:[0-79]\\d|8[0-247-9])|7(?:[016-8]\\d|2[0-8]|3[01]|5[0-5]))\\d{6})|(?=(?:\\d{9})$)(?:80[0-7]\\d{6})|(?=(?:\\d{9})$)(?:89\\d{7})|(?=(?:\\d{9})$)(?:(?:592(?:4[0-2]|93)|80[89]\\d\\d)\\d{4})))$',
      '',
    ],
  ],
  'shared/signing/canonical.ts': [
    ['^[\\w.*-]+=[\\w.*-]*(?:&[\\w.*-]+=[\\w.*-]*)*$', ''],
    ["^(?:\\/(?!\\.|%2[Ee])[\\w.~%:@!$&'()*+,;=-]*)+(?:\\?[\\w.*-]+=[\\w.*-]*(?:&[\\w.*-]+=[\\w.*-]*)*)?$", ''],
  ],
  'shared/signing/verify.ts': [[`^${'[A-Za-z0-9+/]'.repeat(42)}[AEIMQUYcgkosw048]=$`, '']],
  // Without the constraints of a route, which the app's own developer writes.
  'infra/local/functions-host/http/routeTemplate.ts': [['^/a/([^/]+):x(?:/([^/]+)(?:/(.*))?)?/?$', 'is']],
  // Of the longest path of the API.
  'shared/docs/page/apiDocument.ts': [['^/chat/threads/[^/]+/messages/[^/]+$', '']],
  'shared/docs/page/copies/callOf.ts': [['^/chat/threads/([^/]*)/messages/([^/]*)$', '']],
  // Of a number and of an address.
  'infra/operator/person/person.ts': [
    [
      `(?:\\+|%2B)[ ().\\-/]{0,3}1[ ().\\-/]{0,3}(?:0[ ().\\-/]{0,3})?4[ ().\\-/]{0,3}2[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}0[ ().\\-/]{0,3}1[ ().\\-/]{0,3}2[ ().\\-/]{0,3}3(?!\\d)|(?<![\\d+])(?:(?:00|011)[ ().\\-/]{0,3})?1[ ().\\-/]{0,3}4[ ().\\-/]{0,3}2[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}0[ ().\\-/]{0,3}1[ ().\\-/]{0,3}2[ ().\\-/]{0,3}3(?!\\d)|(?<![\\d+]|\\d[ ().\\-/]{1,3})(?:0[ ().\\-/]{0,3})?4[ ().\\-/]{0,3}2[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}5[ ().\\-/]{0,3}0[ ().\\-/]{0,3}1[ ().\\-/]{0,3}2[ ().\\-/]{0,3}3(?!\\d)`,
      'gi',
    ],
    ['(?<![\\w.+-])anna@example\\.com(?![\\w-]|\\.\\w)', 'gi'],
  ],
};

const { found, made } = readExpressions();
const written = Object.entries(MADE).flatMap(([file, list]) =>
  list.map(([source, flags]) => ({ file, source, flags })),
);
const all = [...new Map([...found, ...written].map((it) => [`${it.file}: /${it.source}/${it.flags}`, it]))];

/** @see "recheck", which decides by automata, or finds an attack and tries it */
function verdict({ source, flags }: Pick<Expression, 'source' | 'flags'>): string {
  const result = checkSync(source, flags, { timeout: 60_000, randomSeed: 1 });
  if (result.status === 'safe') return 'safe';
  if (result.status !== 'vulnerable') return result.error.kind;
  // The attacks of the fuzzer are timed: on a busy machine it may find one that does not exist. Automata are exact, but know
  // no assertions; then the attack is tried at growing lengths.
  if (result.checker === 'fuzz') {
    const proof = checkSync(source, flags, { timeout: 200_000, checker: 'automaton' });
    if (proof.status === 'safe' || !growsTooFast(new RegExp(source, flags), pumped(result.attack))) return 'safe';
  }
  return `${result.complexity.summary}: ${result.attack.pattern}`;
}

/** Makes texts of a length that are like the one that the checker found. */
function pumped({ pumps, suffix }: AttackPattern): (count: number) => string {
  return (count) =>
    pumps.map(({ prefix, pump }) => prefix + pump.repeat(Math.ceil(count / pump.length))).join('') + suffix;
}

describe('the expressions of the code', () => {
  test('are all found', () => {
    expect(SOURCE_FILES.length).toBeGreaterThan(300);
    expect(all.length).toBeGreaterThan(200);
    expect(new Set(made)).toEqual(new Set(Object.keys(MADE)));
  });

  // The checker is slow: `npm run test:all`. Below, it is shown to refuse slow expressions.
  test.runIf(isFullRun)(
    'take no more than linear time, as a checker proves',
    () => {
      const slow = all.map(([name, it]) => ({ name, verdict: verdict(it) })).filter((it) => it.verdict !== 'safe');
      expect(slow).toEqual([]);
    },
    240_000,
  );

  test('take no more than linear time for texts made of their own parts, as measured', {
    retry: 2,
    timeout: 240_000,
  }, () => {
    const slow = all.flatMap(([name, { source, flags }]) => (slowTextFor(new RegExp(source, flags)) ? [name] : []));
    expect(slow).toEqual([]);
  });
});

// The first was Switchboard's own; the others are https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
describe.each([
  ['\\{\\{\\s*([^{}]+?)\\s*\\}\\}', 'g'],
  ['^(a+)+$', ''],
  ['^([a-zA-Z]+)*$', ''],
  ['^(a|aa)+$', ''],
  ['^(a|a?)+$', ''],
  ['\\s+$', ''],
  ['^[ab]*a[ab]*a$', ''],
  ['(?<!x)\\s+$', ''],
])('a slow expression /%s/%s', (source, flags) => {
  test('is refused by the checker', () => {
    expect(verdict({ source, flags })).toMatch(/polynomial|exponential/);
  });

  // Beside other tests, a measurement may fail to show the growth.
  test('is found by measuring', { retry: 5 }, () => {
    expect(slowTextFor(new RegExp(source, flags))).toBeDefined();
  });
});

test.each([
  ['a literal', 'const isIt = (text: string) => /(a+)+$/i.test(text);'],
  ['an argument of zod', "const it = z.string().regex(/(a+)+$/i, 'must be it');"],
  ['a constructed one', "const PART: string = '(a+)+'; const it = new RegExp(`$".concat('{PART}$`, "i");')],
  ['one made without new', "const it = RegExp('(a+)+$', 'i');"],
])('%s is found in TypeScript', (_what, code) => {
  expect(expressionsIn('x.ts', code).found).toEqual([{ file: 'x.ts', source: '(a+)+$', flags: 'i' }]);
});

test('one that is made of what only runs know is named', () => {
  expect(expressionsIn('x.ts', 'const it = (text: string) => new RegExp(text);').made).toEqual(['x.ts']);
});
