import { type Finding, firstTrouble } from './finding.ts';

const WIDTH = 17;

/** What is wrong first, with the way out; then everything, a line each. */
export function reportText(findings: readonly Finding[]): string {
  const trouble = firstTrouble(findings);
  const head = trouble ? [trouble.message, `→ ${trouble.remedy ?? ''}`] : ['Nothing is wrong.'];
  return [...head, '', ...findings.map(lineOf)].join('\n');
}

function lineOf({ name, status, message }: Finding): string {
  return `  ${status.padEnd(8)} ${name.padEnd(WIDTH)} ${message}`.trimEnd();
}

/** The same for programs. */
export function reportJson(findings: readonly Finding[]): string {
  return JSON.stringify({ healthy: isHealthy(findings), first: firstTrouble(findings), findings }, undefined, 2);
}

/** A warning is no failure. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'failed');
}
