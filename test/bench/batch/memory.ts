/** How large the functions process becomes for a batch of a million recipients, each format in a fresh stack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findConnection } from '../../../infra/local/client/connection.ts';
import { type Figures, figure } from '../report.ts';
import { acceptedByAcs, type BodyFormat, cancelBatch, submission, submit } from './requests.ts';
import { startBatchStack } from './stack.ts';

const RECIPIENTS = 1_000_000;
const BUDGET = { relation: '≤', limit: 200 } as const;

/** How long it is split and sent before it is canceled. */
const SENDING_MILLISECONDS = 15_000;

export async function benchMemory(): Promise<Figures> {
  return { ...(await measured('json')), ...(await measured('csv')) };
}

async function measured(format: BodyFormat): Promise<Figures> {
  const stack = await startBatchStack();
  try {
    const switchboard = findConnection(stack.client);
    const pid = Number(readFileSync(join(stack.dataDir, 'functions.pid'), 'utf8'));
    const atRest = megabytes(pid, 'VmRSS');
    const id = await submit(switchboard, submission(RECIPIENTS, format));
    const submitPeak = megabytes(pid, 'VmHWM');
    const submitted = megabytes(pid, 'VmRSS');
    const sendPeak = await largest(pid, SENDING_MILLISECONDS);
    const sent = await acceptedByAcs(stack.acs);
    await cancelBatch(switchboard, id);
    const name = `batch.memory.${format}`;
    return {
      [`${name}AtRestMegabytes`]: figure(atRest),
      [`${name}SubmitPeakMegabytes`]: figure(submitPeak, BUDGET),
      [`${name}SubmittedMegabytes`]: figure(submitted),
      [`${name}SendPeakMegabytes`]: figure(sendPeak, BUDGET),
      [`${name}SentRecipients`]: figure(sent, { relation: '>', limit: 0 }),
    };
  } finally {
    await stack.stop();
  }
}

/** The largest resident size seen for a while; the kernel's own peak still holds that of the submission. */
async function largest(pid: number, milliseconds: number): Promise<number> {
  let most = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end; await delay(100)) {
    most = Math.max(most, megabytes(pid, 'VmRSS'));
  }
  return most;
}

/** Of the resident memory of a process: now, or the most so far. */
function megabytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] =
    new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
