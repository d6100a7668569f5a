import { reasonOf } from './reason.ts';

/** `warning`: it works for now. */
export type CheckStatus = 'ok' | 'warning' | 'failed';

export interface Verdict {
  readonly status: CheckStatus;
  /** What is wrong, without any secret. */
  readonly message?: string;
}

export interface Check extends Verdict {
  readonly name: string;
  /** How long it took. */
  readonly milliseconds: number;
}

/** Nothing that is asked takes longer than this. */
export const DEADLINE_MILLISECONDS = 5_000;

/** Judges one thing; what it throws, and what does not end in time, is a failure. */
export async function check(name: string, judge: (deadline: AbortSignal) => Promise<Verdict>): Promise<Check> {
  const startedAt = performance.now();
  const verdict = await inTime(judge).catch(
    (error: unknown): Verdict => ({ status: 'failed', message: reasonOf(error) }),
  );
  return { name, ...verdict, milliseconds: Math.round(performance.now() - startedAt) };
}

/** Also where whoever is asked does not listen to the signal. */
async function inTime<Value>(run: (deadline: AbortSignal) => Promise<Value>): Promise<Value> {
  const deadline = AbortSignal.timeout(DEADLINE_MILLISECONDS);
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(deadline.reason as Error), { once: true });
  });
  return Promise.race([run(deadline), late]);
}
