import { describe, expect, it, vi } from 'vitest';
import { holdLease } from '../../../../../infra/local/functions-host/queue/processMessage.ts';

type Update = Parameters<typeof holdLease>[0]['updateMessage'];
const message = { messageId: 'id', popReceipt: 'first' };

describe('lease of a message', () => {
  it('uses the receipt of each renewal for the next one, and waits for a running one when it ends', async () => {
    const renewals: Array<{ given: string; seconds: number | undefined; answer: (popReceipt: string) => void }> = [];
    const updateMessage = ((_id: string, given: string, _text: string | undefined, seconds: number | undefined) =>
      new Promise<unknown>((resolve) => {
        renewals.push({ given, seconds, answer: (popReceipt) => resolve({ popReceipt }) });
      })) as unknown as Update;
    const lease = holdLease({ updateMessage }, message, 10, () => undefined);
    await vi.waitFor(() => expect(renewals).toHaveLength(1));
    renewals[0]?.answer('second');
    await vi.waitFor(() => expect(renewals).toHaveLength(2));
    const ended = lease.end();
    renewals[1]?.answer('third');
    expect(await ended).toBe('third');
    expect(renewals.map(({ given, seconds }) => [given, seconds])).toEqual([
      ['first', 1],
      ['second', 1],
    ]);
  });

  it('reports a failed renewal, and continues', async () => {
    const failures: unknown[] = [];
    const updateMessage = (() => Promise.reject(new Error('down'))) as Update;
    const lease = holdLease({ updateMessage }, message, 10, (error) => failures.push(error));
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(1));
    expect(await lease.end()).toBe('first');
  });
});
