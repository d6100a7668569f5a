import type { ErrorDetail } from '../contract/switchboardError.ts';

/** What ACS said was wrong, whichever of its forms it used. */
export interface AcsError {
  readonly code: string;
  readonly message: string;
  readonly target: string | undefined;
  readonly details: readonly ErrorDetail[];
}

/**
 * Reads ACS's three error forms: the `error` envelope (all services), a bare ModelState object (SMS 2021-03-07) and
 * problem+json (SMS 2026-01-23). Anything else (a proxy's page, nothing at all) becomes a plain error of the status.
 */
export function readAcsError(status: number, text: string): AcsError {
  const body = parseObject(text);
  const envelope = asObject(body?.['error']);
  if (envelope) return fromEnvelope(status, envelope);
  const problems = asObject(body?.['errors']) ?? (body && isModelState(body) ? body : undefined);
  if (problems) return fromModelState(problems);
  const title = body?.['title'];
  return { code: `Status${status}`, message: typeof title === 'string' ? title : '', target: undefined, details: [] };
}

function fromEnvelope(status: number, envelope: Record<string, unknown>): AcsError {
  const text = (name: string) => (typeof envelope[name] === 'string' ? envelope[name] : undefined);
  const list = Array.isArray(envelope['details']) ? envelope['details'] : [];
  const details = list.map(asObject).filter((it) => it !== undefined);
  return {
    code: text('code') || `Status${status}`,
    message: text('message') ?? '',
    target: text('target'),
    details: details.map((it) => ({
      code: String(it['code'] ?? ''),
      message: String(it['message'] ?? ''),
      target: String(it['target'] ?? ''),
    })),
  };
}

function fromModelState(problems: Record<string, unknown>): AcsError {
  const details = Object.entries(problems).flatMap(([field, messages]) =>
    [messages].flat().map((message) => ({
      code: 'InvalidField',
      message: String(message),
      target: field.charAt(0).toLowerCase() + field.slice(1),
    })),
  );
  const [first] = details;
  return { code: 'InvalidRequest', message: first?.message ?? '', target: first?.target, details };
}

function isModelState(body: Record<string, unknown>): boolean {
  const values = Object.values(body);
  return values.length > 0 && values.every((it) => Array.isArray(it) && it.every((entry) => typeof entry === 'string'));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined; // not JSON: the status alone tells
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** ACS says 401 `Unauthorized` without a message when the sender is not a number of the resource: no key problem. */
export function isSenderRefusal(status: number, text: string): boolean {
  if (status !== 401) return false;
  const { code, message } = readAcsError(status, text);
  return code === 'Unauthorized' && message === '';
}
