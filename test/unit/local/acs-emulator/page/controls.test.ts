import { describe, expect, test } from 'vitest';
import { Faults } from '../../../../../infra/local/acs-emulator/http/faults.ts';
import {
  type CountedFault,
  type Fault,
  faultSentence,
  PRESETS,
  remainingFaults,
} from '../../../../../infra/local/acs-emulator/page/controls/faults.ts';
import { limitsOf, limitTitle, quotasOf } from '../../../../../infra/local/acs-emulator/page/controls/quotas.ts';
import { OPERATIONS } from '../../../../../infra/local/acs-emulator/serviceRoutes.ts';

describe('a fault in words', () => {
  test.each<[fault: Fault, sentence: string]>([
    [{ operation: 'sendSms', status: 503, count: 1 }, 'The next sendSms request gets 503'],
    [{ operation: 'sendSms', status: 'reset', count: 2 }, 'The next 2 sendSms requests get a connection reset'],
    [
      { operation: '*', status: 429, everyNth: 3, retryAfterSeconds: 5 },
      'Every 3rd request gets 429 with Retry-After: 5',
    ],
    [{ operation: '*', status: 500 }, 'Every request gets 500'],
    [
      { operation: 'sendEmail', status: 'timeout', everyNth: 2, count: 1, afterEffect: true },
      'Every 2nd sendEmail request gets no answer, after it took effect (1 time)',
    ],
    [{ operation: '*', status: 500, everyNth: 11 }, 'Every 11th request gets 500'],
    [{ operation: '*', status: 500, everyNth: 21, count: 2 }, 'Every 21st request gets 500 (2 times)'],
  ])('%j', (fault, sentence) => expect(faultSentence(fault)).toBe(sentence));
});

describe('what remains of faults when the list is replaced', () => {
  test('is as many strikes as were left', () => {
    const faults = new Faults();
    faults.replace([
      { operation: 'sendSms', status: 503, count: 1 },
      { operation: 'sendEmail', status: 500, count: 3 },
      { operation: 'sendEmail', status: 500 },
    ]);
    faults.strike('sendSms');
    faults.strike('sendEmail');
    expect(remainingFaults(faults.list() as CountedFault[])).toEqual([
      { operation: 'sendEmail', status: 500, count: 2 },
      { operation: 'sendEmail', status: 500 },
    ]);
  });

  test('is what the presets name: operations that exist', () => {
    expect(['*', ...OPERATIONS]).toEqual(expect.arrayContaining(PRESETS.map(({ fault }) => fault.operation)));
  });
});

describe('limits', () => {
  const quotas = {
    sms: { tollFree: 1, '+18005550100': 2 },
    email: { custom: { sendsPerHour: 3 }, managed: {} },
    identity: { createIdentity: 0 },
  };
  const limits = {
    'sms.tollFree': 1,
    'sms.+18005550100': 2,
    'email.custom.sendsPerHour': 3,
    'identity.createIdentity': 0,
  };

  test('have the names of errors and usage, and are put back as they were', () => {
    expect(limitsOf(quotas)).toEqual(limits);
    expect(quotasOf(limits)).toEqual(quotas);
  });

  test.each([
    ['sms.tollFree', 'SMS: toll-free number'],
    ['sms.+18005550100', 'SMS: +18005550100'],
    ['email.managed.readsPerMinute', 'Email, Azure-managed domain: status reads a minute'],
  ])('%s is titled %j', (name, title) => expect(limitTitle(name)).toBe(title));
});
