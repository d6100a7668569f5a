import { type Deviation, type SignedParts, textOf } from './signedParts.ts';
import { editedTargets, edits, targetDeviations } from './targetDeviations.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The largest date difference that is searched. */
const SEARCHED_SECONDS = 15 * 60;

/**
 * Known ways in which clients sign differently, each with one change. If the signature matches one of them, it explains the
 * error.
 *
 * @param hosts further hosts under which the client may have called
 */
export function* deviations(parts: SignedParts, hosts: readonly string[]): Generator<Deviation> {
  yield* methodDeviations(parts);
  yield* targetDeviations(parts);
  yield* hostDeviations(parts, hosts);
  yield* dateDeviations(parts);
  yield* textDeviations(parts);
}

/** One-character differences in the host and target, as a typo or a proxy causes them. */
export function* typos(parts: SignedParts): Generator<Deviation> {
  yield* editedHosts(parts);
  yield* editedTargets(parts);
}

function* methodDeviations(parts: SignedParts): Generator<Deviation> {
  const remedy = 'Sign the method that is sent, in upper case: a redirect or a proxy may have changed it.';
  for (const method of [...METHODS, ...METHODS.map((it) => it.toLowerCase())]) {
    if (method !== parts.method)
      yield { part: 'method', what: `the method ${method}`, remedy, parts: { ...parts, method } };
  }
}

function* dateDeviations(parts: SignedParts): Generator<Deviation> {
  const time = Date.parse(parts.date);
  if (Number.isNaN(time)) return;
  const remedy =
    'Send exactly the date that was signed, in the header that SignedHeaders names, such as Thu, 15 Jan 2026 08:30:00 GMT.';
  const other = (date: string): Deviation => ({
    part: 'date',
    what: `the date ${date}`,
    remedy,
    parts: { ...parts, date },
  });
  const iso = new Date(time).toISOString();
  for (const date of [iso, iso.replace('.000', ''), String(time), String(time / 1000), '']) yield other(date);
  for (let seconds = 1; seconds <= SEARCHED_SECONDS; seconds += 1) {
    for (const shift of [seconds, -seconds]) yield other(new Date(time + shift * 1000).toUTCString());
  }
}

/** The same parts, composed differently. */
function* textDeviations(parts: SignedParts): Generator<Deviation> {
  const { method, target, date, host, contentHash, more } = parts;
  const remedy =
    'Sign three lines separated by \\n, without a trailing one: VERB, path?query, date;host;content hash. Each further header adds a line name:value.';
  const values = more.map(([, value]) => `;${value}`).join('');
  const forms: readonly (readonly [string, string])[] = [
    ['no line for the further headers', textOf({ ...parts, more: [] })],
    ['the further headers after the hash', `${method}\n${target}\n${date};${host};${contentHash}${values}`],
    ['the further headers in another order', textOf({ ...parts, more: more.toReversed() })],
    ['the lines with a trailing \\n', `${method}\n${target}\n${date};${host};${contentHash}\n`],
    ['the lines separated by \\r\\n', `${method}\r\n${target}\r\n${date};${host};${contentHash}`],
    ['the header values on separate lines', `${method}\n${target}\n${date}\n${host}\n${contentHash}`],
    ['the header values in another order', `${method}\n${target}\n${host};${date};${contentHash}`],
    ['the header values in another order', `${method}\n${target}\n${date};${contentHash};${host}`],
  ];
  for (const [what, text] of forms) yield { part: 'signature', what, remedy, parts, text };
}

const HOST_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789-.:'];

/** Hosts that differ in one character. */
function* editedHosts(parts: SignedParts): Generator<Deviation> {
  const remedy = 'Sign the value of the Host header as it is sent: a proxy may have changed it.';
  for (const host of edits(parts.host, HOST_CHARACTERS)) {
    yield { part: 'host', what: `the host ${host}`, remedy, parts: { ...parts, host } };
  }
}

/** A host with an optional port. */
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/;

/** Other forms of the request's host, and further hosts under which the client may have called. */
function* hostDeviations(parts: SignedParts, others: readonly string[]): Generator<Deviation> {
  const { host } = parts;
  const [, name = host, port] = HOST_AND_PORT.exec(host) ?? [];
  const other = (part: string, remedy: string): Deviation => ({
    part: 'host',
    what: part === '' ? 'no host' : `the host ${part}`,
    remedy,
    parts: { ...parts, host: part },
  });
  const ports = 'Sign the value of the Host header: with its port unless it is the default port (443, 80).';
  for (const number of [443, 80]) yield other(`${name}:${number}`, ports);
  yield other(name, ports);
  if (port) {
    const doubled = '@azure/communication-common up to 2.4.0 doubles an explicit port: update to 2.4.2 or later.';
    yield other(`${name}:${port}:${port}`, doubled);
  }
  const changed =
    'A proxy replaces the Host header that was signed: configure it to keep the header (or sign the host that arrives).';
  for (const known of others) if (known !== host) yield other(known, changed);
  const suffix = port ? `:${port}` : '';
  for (const loopback of ['localhost', '127.0.0.1', '[::1]']) yield other(loopback + suffix, changed);
  const bare = 'Sign only the host, as in the Host header: no scheme, no slash, lower case.';
  for (const text of [`https://${host}`, `http://${host}`, `https://${host}/`, `${host}/`]) yield other(text, bare);
  for (const text of [host.toLowerCase(), host.toUpperCase(), '']) if (text !== host) yield other(text, bare);
}
