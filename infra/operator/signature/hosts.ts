import type { Deviation, SignedParts } from './parts.ts';

/** A host and its port, if it has one. */
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/;

/** Other spellings of the request's host, and other hosts under which the client may know us. */
export function* hostDeviations(parts: SignedParts, others: readonly string[]): Generator<Deviation> {
  const { host } = parts;
  const [, name = host, port] = HOST_AND_PORT.exec(host) ?? [];
  const other = (part: string, remedy: string): Deviation => ({
    part: 'host',
    what: part === '' ? 'no host' : `the host ${part}`,
    remedy,
    parts: { ...parts, host: part },
  });
  const ports = 'Sign the value of the Host header: with its port, unless that is the default one (443, 80).';
  for (const number of [443, 80]) yield other(`${name}:${number}`, ports);
  yield other(name, ports);
  if (port) {
    const doubled = '@azure/communication-common up to 2.4.0 doubles an explicit port: update it to 2.4.2 or later.';
    yield other(`${name}:${port}:${port}`, doubled);
  }
  const changed =
    'A proxy puts another Host in the place of the one that was signed: let it keep the Host (or sign the one that arrives).';
  for (const known of others) if (known !== host) yield other(known, changed);
  const suffix = port ? `:${port}` : '';
  for (const loopback of ['localhost', '127.0.0.1', '[::1]']) yield other(loopback + suffix, changed);
  const bare = 'Sign the host alone, as the Host header has it: no scheme, no slash, small letters.';
  for (const text of [`https://${host}`, `http://${host}`, `https://${host}/`, `${host}/`]) yield other(text, bare);
  for (const text of [host.toLowerCase(), host.toUpperCase(), '']) if (text !== host) yield other(text, bare);
}
