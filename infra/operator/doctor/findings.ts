/** `warning`: works for now. `skipped`: could not be checked, or was not requested. */
type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** The result of one check. Contains no secrets. */
export interface Finding {
  readonly name: string;
  readonly status: FindingStatus;
  /** The state; if something is wrong, a sentence that names the setting. */
  readonly message: string;
  /** How to fix it: what to set or run. */
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

/** The finding to fix first: earlier checks explain later ones. */
function firstProblem(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ status }) => status === 'failed') ?? findings.find(({ status }) => status === 'warning');
}

const WIDTH = 17;

/** The first problem and its remedy, then one line per finding. */
export function reportText(findings: readonly Finding[]): string {
  const problem = firstProblem(findings);
  const head = problem ? [problem.message, `→ ${problem.remedy ?? ''}`] : ['Nothing is wrong.'];
  return [...head, '', ...findings.map(formatLine)].join('\n');
}

function formatLine({ name, status, message }: Finding): string {
  return `  ${status.padEnd(8)} ${name.padEnd(WIDTH)} ${message}`.trimEnd();
}

export function reportJson(findings: readonly Finding[]): string {
  return JSON.stringify({ healthy: isHealthy(findings), first: firstProblem(findings), findings }, undefined, 2);
}

/** True unless a check failed; warnings do not count. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'failed');
}
