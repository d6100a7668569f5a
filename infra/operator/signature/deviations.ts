import { edits } from './edits.ts';
import { hostDeviations } from './hosts.ts';
import { type Deviation, type SignedParts, textOf } from './parts.ts';
import { editedTargets, targetDeviations } from './targets.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** As far as a clock may be off and a signature still be found. */
const SEARCHED_SECONDS = 15 * 60;

/**
 * What clients do in other ways than we: each is one change of what the request bears. A signature that fits under one of
 * them was made so.
 *
 * @param hosts other hosts under which the client may know us
 */
export function* deviations(parts: SignedParts, hosts: readonly string[]): Generator<Deviation> {
  yield* methodDeviations(parts);
  yield* targetDeviations(parts);
  yield* hostDeviations(parts, hosts);
  yield* dateDeviations(parts);
  yield* textDeviations(parts);
}

/** Changes of one character, in what a proxy or a slip may change. */
export function* slips(parts: SignedParts): Generator<Deviation> {
  yield* editedHosts(parts);
  yield* editedTargets(parts);
}

function* methodDeviations(parts: SignedParts): Generator<Deviation> {
  const remedy = 'Sign the method in upper case, and the one that is sent: a redirect or a proxy may have changed it.';
  for (const method of [...METHODS, ...METHODS.map((it) => it.toLowerCase())]) {
    if (method !== parts.method)
      yield { part: 'method', what: `the method ${method}`, remedy, parts: { ...parts, method } };
  }
}

function* dateDeviations(parts: SignedParts): Generator<Deviation> {
  const time = Date.parse(parts.date);
  if (Number.isNaN(time)) return;
  const remedy =
    'Send the exact text that was signed in the header that SignedHeaders names, such as Thu, 15 Jan 2026 08:30:00 GMT.';
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

/** The same parts, put together otherwise. */
function* textDeviations(parts: SignedParts): Generator<Deviation> {
  const { method, target, date, host, contentHash, more } = parts;
  const remedy =
    'Sign three lines with \\n between them and none at the end: VERB, path?query, date;host;content hash. Each further header is a line name:value.';
  const values = more.map(([, value]) => `;${value}`).join('');
  const forms: readonly (readonly [string, string])[] = [
    ['no line for the further headers', textOf({ ...parts, more: [] })],
    ['the further headers behind the hash', `${method}\n${target}\n${date};${host};${contentHash}${values}`],
    ['the further headers in another order', textOf({ ...parts, more: more.toReversed() })],
    ['the lines with \\n at the end', `${method}\n${target}\n${date};${host};${contentHash}\n`],
    ['the lines with \\r\\n between them', `${method}\r\n${target}\r\n${date};${host};${contentHash}`],
    ['the header values on lines of their own', `${method}\n${target}\n${date}\n${host}\n${contentHash}`],
    ['the header values in another order', `${method}\n${target}\n${host};${date};${contentHash}`],
    ['the header values in another order', `${method}\n${target}\n${date};${contentHash};${host}`],
  ];
  for (const [what, text] of forms) yield { part: 'signature', what, remedy, parts, text };
}

const HOST_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789-.:'];

/** Hosts that differ from the request's in one character. */
function* editedHosts(parts: SignedParts): Generator<Deviation> {
  const remedy = 'Sign the value of the Host header as it is sent: something on the way may have changed it.';
  for (const host of edits(parts.host, HOST_CHARACTERS)) {
    yield { part: 'host', what: `the host ${host}`, remedy, parts: { ...parts, host } };
  }
}
