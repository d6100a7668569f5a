/** A request as it was sent. */
export interface Capture {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Undefined where the capture does not hold it. */
  readonly body: Buffer | undefined;
  /** When the server answered, as far as the capture tells. */
  readonly answeredOn?: Date;
}

/** A proxy's capture names the whole address in the request line; its host counts where no header tells it. */
export function withPath(method: string, address: string, headers: ReadonlyMap<string, string>): Omit<Capture, 'body'> {
  const [, host, rest] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(address) ?? [];
  if (host === undefined || rest === undefined) return { method, target: address, headers };
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  return { method, target, headers: new Map([['host', host], ...headers]) };
}
