/** `warning`: it works for now. `skipped`: it could not be looked at, or nobody asked. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What was found out about one thing. Neither text holds a secret. */
export interface Finding {
  readonly name: string;
  readonly status: FindingStatus;
  /** What is so; where something is wrong, a sentence that names the setting. */
  readonly message: string;
  /** The way out: what to set, or what to run. */
  readonly remedy?: string;
}

export function ok(name: string, message = ''): Finding {
  return { name, status: 'ok', message };
}

export function skipped(name: string, message: string): Finding {
  return { name, status: 'skipped', message };
}

export function failed(name: string, message: string, remedy: string): Finding {
  return { name, status: 'failed', message, remedy };
}

export function warning(name: string, message: string, remedy: string): Finding {
  return { name, status: 'warning', message, remedy };
}

/** The one to begin with: what comes first explains what comes later. */
export function firstTrouble(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ status }) => status === 'failed') ?? findings.find(({ status }) => status === 'warning');
}
