import type { AuditResource } from './audit.ts';

/** The result of an operation, before it becomes an HTTP response or an outcome event. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body in JSON. */
  readonly text?: { readonly contentType: string; readonly content: string };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** What the operation changed, for the audit log; `none` if it was not meant to change anything. */
  readonly effect?: Effect | 'none';
}

export interface Effect {
  readonly resource?: AuditResource | undefined;
  readonly recipients?: { readonly accepted: number; readonly refused: number } | undefined;
}
