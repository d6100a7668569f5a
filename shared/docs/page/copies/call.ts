import { isSignable, isSignableValue } from '../../../signing/canonical.ts';

/** A call to be copied as code. No key is part of it: the code reads the connection string from the environment. */
export interface Call {
  readonly operationId: string;
  readonly method: string;
  /** Path and query below Switchboard's address, percent-encoded. */
  readonly target: string;
  /** Values of the path parameters, in the order of the path. */
  readonly pathValues: readonly string[];
  /** Without `api-version`. */
  readonly query: Readonly<Record<string, string | number | boolean>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export const CONNECTION_VARIABLE = 'SWITCHBOARD_CONNECTION_STRING';

/** The additional headers to sign, with their values: `acting-user` and ids. */
export function signedHeaders({ headers }: Call): [name: string, value: string][] {
  const { 'content-type': _, ...others } = headers;
  return Object.entries(others).filter(([name, value]) => isSignable(name) && isSignableValue(value));
}
