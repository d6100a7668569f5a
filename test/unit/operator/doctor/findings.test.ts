import { expect, test } from 'vitest';
import {
  type Finding,
  failed,
  isHealthy,
  ok,
  reportJson,
  reportText,
  skipped,
  warning,
} from '../../../../infra/operator/doctor/findings.ts';

const CLOCK = warning('clock', 'It is late.', 'Set it.');
const KEY = failed('ACS credential', 'The key is refused.', 'Copy a new one.');

test('a failure is reported before an earlier warning', () => {
  const findings: Finding[] = [ok('settings'), CLOCK, KEY, skipped('Switchboard', 'no --url was given')];
  expect(reportText(findings).split('\n')).toEqual([
    'The key is refused.',
    '→ Copy a new one.',
    '',
    '  ok       settings',
    '  warning  clock             It is late.',
    '  failed   ACS credential    The key is refused.',
    '  skipped  Switchboard       no --url was given',
  ]);
  expect(JSON.parse(reportJson(findings))).toMatchObject({ healthy: false, first: { name: 'ACS credential' } });
});

test('of two failures the first is reported', () => {
  expect(reportText([failed('settings', 'A.', 'B.'), KEY])).toMatch(/^A\.\n→ B\.\n/);
});

test('a warning is reported, but is not a failure', () => {
  expect(isHealthy([ok('settings'), CLOCK])).toBe(true);
  expect(reportText([ok('settings'), CLOCK])).toMatch(/^It is late\.\n→ Set it\.\n/);
});

test('reports that nothing is wrong', () => {
  expect(reportText([ok('settings')])).toMatch(/^Nothing is wrong\.\n/);
  expect(JSON.parse(reportJson([ok('settings')]))).not.toHaveProperty('first');
});
