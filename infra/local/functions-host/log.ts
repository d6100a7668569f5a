import { inspect } from 'node:util';
import type { LogLevel } from './rpc.ts';

const severity: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

export interface Log {
  /** A line about the host itself. */
  info(line: string): void;
  /** An error with all details, which are never sent to callers. */
  error(line: string, cause?: unknown): void;
  /** A line that a function has logged through its context. */
  user(functionName: string, level: LogLevel, message: string): void;
}

export function createLog(minimum: LogLevel, now: () => Date = () => new Date()): Log {
  const stamp = () => `[${now().toISOString()}]`;
  return {
    info: (line) => void process.stdout.write(`${stamp()} ${line}\n`),
    error: (line, cause) => {
      const text = cause === undefined ? '' : `: ${cause instanceof Error ? inspect(cause) : String(cause)}`;
      process.stderr.write(`${stamp()} ${line}${text}\n`);
    },
    user: (functionName, level, message) => {
      if (severity[level] < severity[minimum]) return;
      const mark = level === 'information' ? '' : ` ${level}`;
      process.stdout.write(`${stamp()} ${functionName}${mark}: ${message}\n`);
    },
  };
}
