import { reserialisedQuery } from '../../../../../shared/signing/canonical.ts';
import { pathSpellings } from '../../../../../shared/signing/pathSpellings.ts';
import type { Deviation } from './finding.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Methods that a client may have signed instead of the one that it sent. */
export function* methodDeviations(method: string): Generator<Deviation> {
  const advice = 'Sign the method in upper case, as it is sent.';
  yield { value: method.toLowerCase(), reason: 'The client signed the method in lower case.', advice };
  yield {
    value: method.charAt(0) + method.slice(1).toLowerCase(),
    reason: 'The client signed the method capitalized.',
    advice,
  };
  for (const value of METHODS) {
    yield {
      value,
      reason: `The client signed the method ${value} but sent ${method}.`,
      advice: 'Sign the method that is sent.',
    };
  }
  yield { value: '', reason: 'The client signed no method.', advice };
}

const EXACT = 'Sign the path and query exactly as they are sent, beginning with one slash.';

/** Paths and queries that a client may have signed. */
export function* targetDeviations(target: string, host: string): Generator<Deviation> {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const search = mark < 0 ? '' : target.slice(mark);
  if (mark >= 0)
    yield {
      value: path,
      reason: 'The client signed the path without its query.',
      advice: 'Append the query, with its question mark, to the path that you sign.',
    };
  yield* queryDeviations(path, query);
  yield* slashDeviations(path, search, host);
  yield* encodingDeviations(path, search);
}

function* queryDeviations(path: string, query: string): Generator<Deviation> {
  const parameters = query.split('&').filter(Boolean);
  const withQuery = (value: string) => (value === '' ? path : `${path}?${value}`);
  const hasVersion = (parameter: string) => parameter.startsWith('api-version=');
  yield {
    value: withQuery(parameters.filter((parameter) => !hasVersion(parameter)).join('&')),
    reason: 'The client signed the path and query without api-version.',
    advice: 'Add api-version to the URL before you sign it.',
  };
  yield {
    value: withQuery(parameters.filter(hasVersion).join('&')),
    reason: 'The client signed only api-version of the query.',
    advice: 'Sign the whole query, as it is sent.',
  };
  const order = {
    reason: 'The client signed the query parameters in another order.',
    advice: 'Sign the query in the order in which it is sent.',
  };
  yield { value: withQuery(parameters.toSorted().join('&')), ...order };
  yield { value: withQuery(parameters.toReversed().join('&')), ...order };
  const encoding = {
    reason: 'The client signed the query in another percent-encoding.',
    advice: 'Sign the query exactly as it is sent.',
  };
  yield { value: withQuery(decoded(query)), ...encoding };
  yield { value: withQuery(decoded(query.replaceAll('+', ' '))), ...encoding };
  yield { value: withQuery(reserialisedQuery(query).replaceAll('+', '%20')), ...encoding };
  yield { value: withQuery(encodeURIComponent(query)), ...encoding };
  if (query === '')
    yield {
      value: `${path}?`,
      reason: 'The client signed a question mark after a path that has no query.',
      advice: 'Append the question mark only if there is a query.',
    };
}

function* slashDeviations(path: string, search: string, host: string): Generator<Deviation> {
  yield {
    value: path.replace(/^\/+/, '/') + search,
    reason: 'The client sent the path with two leading slashes but signed one.',
    advice: 'Remove the trailing slash of the endpoint before you append the path.',
  };
  yield {
    value: path.replace(/^\//, '') + search,
    reason: 'The client signed the path without its leading slash.',
    advice: EXACT,
  };
  yield {
    value: `/${path}${search}`,
    reason: 'The client signed the path with two leading slashes.',
    advice: 'Remove the trailing slash of the endpoint before you append the path.',
  };
  yield { value: `${path}/${search}`, reason: 'The client signed the path with a trailing slash.', advice: EXACT };
  yield {
    value: path.replace(/(?<=.)\/$/, '') + search,
    reason: 'The client signed the path without the trailing slash.',
    advice: EXACT,
  };
  for (const prefix of [`https://${host}`, `http://${host}`, `//${host}`, host]) {
    const advice = 'Sign only the path and query; the host is on the third line.';
    yield {
      value: prefix + path + search,
      reason: 'The client signed the whole URL in place of the path and query.',
      advice,
    };
  }
  yield { value: search, reason: 'The client signed the query without the path.', advice: EXACT };
  yield { value: `/${search}`, reason: "The client signed '/' in place of the path.", advice: EXACT };
}

function* encodingDeviations(path: string, search: string): Generator<Deviation> {
  const reason = 'The client signed the path in another percent-encoding than it sent.';
  const advice = 'Sign the path as it is on the wire, after the last step that encodes or decodes it.';
  const lowerCase = 'The client signed the path and query in lower case.';
  yield { value: (path + search).toLowerCase(), reason: lowerCase, advice: EXACT };
  yield { value: path.toLowerCase() + search, reason: 'The client signed the path in lower case.', advice: EXACT };
  yield {
    value: decoded(path) + search,
    reason: 'The client signed the path decoded but sent it percent-encoded.',
    advice,
  };
  yield {
    value: decoded(path + search),
    reason: 'The client signed the path and query decoded but sent them percent-encoded.',
    advice,
  };
  yield { value: encodeURI(path) + search, reason, advice };
  yield {
    value: encodeURIComponent(path) + search,
    reason: 'The client percent-encoded the whole path, with its slashes.',
    advice,
  };
  if (path.length > MAXIMUM_SPELLED_LENGTH) return;
  for (const spelling of pathSpellings(path)) yield { value: spelling + search, reason, advice };
}

/** Longer paths have too many spellings for the work that a request may cause. */
const MAXIMUM_SPELLED_LENGTH = 1024;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const LOCAL_NAMES = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', 'host.docker.internal'];

/** Hosts that a client may have signed. @param others further names of the same server, most likely first */
export function* hostDeviations(host: string, others: readonly string[]): Generator<Deviation> {
  const name = host.replace(/:\d+$/, '');
  const port = host.slice(name.length);
  const same = 'Sign the value of the Host header as it is sent: name and port, without scheme and path.';
  yield { value: name, reason: 'The client signed the host without its port.', advice: same };
  for (const value of [
    `https://${host}`,
    `http://${host}`,
    `https://${name}`,
    `http://${name}`,
    `https://${host}/`,
    `http://${host}/`,
  ]) {
    yield { value, reason: 'The client signed the host with its scheme.', advice: same };
  }
  yield {
    value: `${host}/`,
    reason: 'The client signed the host with a trailing slash.',
    advice: 'Remove the trailing slash of the endpoint.',
  };
  for (const value of [...LOCAL_NAMES.flatMap((it) => [it + port, it]), ...others]) {
    yield {
      value,
      reason: `The client signed the host '${value}' but sent the request to '${host}'.`,
      advice: 'Use one endpoint for the URL and for the signature.',
    };
  }
  for (const value of [`${name}:443`, `${name}:80`, `${host}${port}`]) {
    yield { value, reason: `The client signed the host '${value}', with another port.`, advice: same };
  }
  yield { value: host.toLowerCase(), reason: 'The client signed the host in lower case.', advice: same };
  yield { value: host.toUpperCase(), reason: 'The client signed the host in upper case.', advice: same };
  yield { value: '', reason: 'The client signed no host.', advice: same };
}

/** Dates that a client may have signed in place of the header that SignedHeaders names. */
export function* dateDeviations(signed: string, other: string | undefined): Generator<Deviation> {
  if (other !== undefined) {
    yield {
      value: other,
      reason: "The client signed the other one of its two dates: 'x-ms-date' and 'Date' differ.",
      advice: 'Sign the value of the date header that SignedHeaders names.',
    };
  }
  const instant = new Date(signed);
  const advice = 'Format the date once, as RFC 1123 in GMT, and use the same text for the header and the signature.';
  if (!Number.isNaN(instant.getTime())) {
    const reason = 'The client signed the date in another format than it sent.';
    for (const value of dateFormats(instant)) yield { value, reason, advice };
    for (const seconds of [-1, 1, -2, 2]) {
      const value = new Date(instant.getTime() + seconds * 1000).toUTCString();
      yield { value, reason: 'The client read the clock twice: the signed date is not the one in the header.', advice };
    }
  }
  yield { value: '', reason: 'The client signed no date.', advice };
}

function dateFormats(instant: Date): string[] {
  const http = instant.toUTCString();
  const iso = instant.toISOString();
  const seconds = Math.floor(instant.getTime() / 1000);
  const zones = [
    http.replace('GMT', '+0000'),
    http.replace('GMT', 'UTC'),
    http.replace('GMT', '-0000'),
    http.replace(' GMT', ''),
  ];
  const others = [
    iso,
    iso.replace('.000Z', 'Z'),
    iso.replace('.000Z', '+00:00'),
    String(seconds),
    String(instant.getTime()),
  ];
  return [http, ...zones, ...others, http.toLowerCase(), http.replace(/ 0(\d) /, ' $1 ')];
}
