import type { ExchangeFacts } from './exchange.ts';
import { mask } from './mask.ts';

/** One line for each exchange: time, method, path without query, status, duration, client request id, error code. */
export function requestLog(
  log: (line: string) => void,
  now: () => Date,
  secrets: () => readonly string[],
): (facts: ExchangeFacts) => void {
  return (facts) => {
    const columns = [
      now().toISOString(),
      facts.method,
      facts.path,
      facts.status,
      `${facts.durationMilliseconds.toFixed(1)}ms`,
      facts.clientRequestId ?? '-',
      ...(facts.errorCode === undefined ? [] : [facts.errorCode]),
      ...(facts.error === undefined ? [] : [String(facts.error instanceof Error ? facts.error.stack : facts.error)]),
    ];
    log(mask(columns.join(' ').replace(/(?<!\s)\s*\n\s*/g, ' | '), secrets()));
  };
}
