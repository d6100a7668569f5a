import { describe, expect, it } from 'vitest';
import { resolveSettings, storageConnection } from '../../../../infra/local/functions-host/startError.ts';

describe('app settings', () => {
  it('replace their names in a string', () => {
    expect(resolveSettings('%A%-x-%B%', { A: '1', B: '' }, 'f')).toBe('1-x-');
    expect(() => resolveSettings('%A%', {}, 'f')).toThrow('f: the app setting A is missing.');
  });

  it('name the storage, with the platform’s default and prefix', () => {
    expect(storageConnection('', { AzureWebJobsStorage: 'x' }, 'f')).toBe('x');
    expect(storageConnection('Other', { Other: 'x' }, 'f')).toBe('x');
    expect(storageConnection('Storage', { AzureWebJobsStorage: 'x', Storage: 'y' }, 'f')).toBe('x');
    expect(() => storageConnection('Other', { Other: '' }, 'f')).toThrow(/^f: the app setting Other .* is missing/);
  });
});
