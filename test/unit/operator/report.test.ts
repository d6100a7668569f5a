import { expect, test } from 'vitest';
import { type Finding, failed, ok, skipped, warning } from '../../../infra/operator/doctor/finding.ts';
import { isHealthy, reportJson, reportText } from '../../../infra/operator/doctor/report.ts';

const CLOCK = warning('clock', 'It is late.', 'Set it.');
const KEY = failed('ACS credential', 'The key is refused.', 'Copy a new one.');

test('a failure is named before a warning that stands above it', () => {
  const findings: Finding[] = [ok('settings'), CLOCK, KEY, skipped('Switchboard', 'nobody asked')];
  expect(reportText(findings).split('\n')).toEqual([
    'The key is refused.',
    '→ Copy a new one.',
    '',
    '  ok       settings',
    '  warning  clock             It is late.',
    '  failed   ACS credential    The key is refused.',
    '  skipped  Switchboard       nobody asked',
  ]);
  expect(JSON.parse(reportJson(findings))).toMatchObject({ healthy: false, first: { name: 'ACS credential' } });
});

test('of two failures the first is named', () => {
  expect(reportText([failed('settings', 'A.', 'B.'), KEY])).toMatch(/^A\.\n→ B\.\n/);
});

test('a warning does not make it ill, but is named', () => {
  expect(isHealthy([ok('settings'), CLOCK])).toBe(true);
  expect(reportText([ok('settings'), CLOCK])).toMatch(/^It is late\.\n→ Set it\.\n/);
});

test('without trouble it says so', () => {
  expect(reportText([ok('settings')])).toMatch(/^Nothing is wrong\.\n/);
  expect(JSON.parse(reportJson([ok('settings')]))).not.toHaveProperty('first');
});
