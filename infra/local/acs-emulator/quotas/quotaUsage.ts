import * as z from 'zod';
import type { SlidingWindow } from './slidingWindow.ts';

/** One window of a quota, as `GET /_emulator/quotas/usage` shows it. */
export const quotaUsage = z.object({
  quota: z
    .string()
    .describe('The place of its limit in the quotas, e.g. `sms.tollFree` or `email.custom.sendsPerHour`.'),
  sender: z.string().optional().describe('The only SMS sender that the window counts.'),
  limit: z.int(),
  used: z.int().describe('What counts now: recipients of SMS messages, or requests.'),
  windowSeconds: z.int(),
  resetsAt: z.iso.datetime().optional().describe("When nothing used counts any more, by the emulator's clock."),
});

export type QuotaUsage = z.infer<typeof quotaUsage>;

export function usageOf(window: SlidingWindow, limit: number, now: Date): Omit<QuotaUsage, 'quota' | 'sender'> {
  const { used, resetsAt } = window.usage(now.getTime());
  const windowSeconds = window.milliseconds / 1000;
  return { limit, used, windowSeconds, ...(resetsAt !== undefined && { resetsAt: new Date(resetsAt).toISOString() }) };
}
