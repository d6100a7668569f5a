import type { RequestItem } from '../../../inspection/items.ts';

/** Set by curl itself. */
const OWN_HEADERS = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'accept-encoding', 'expect']);

/** Headers that are secret, or stale after five minutes, and the shell variables that stand for them. */
const VARIABLES: Readonly<Record<string, string>> = { authorization: '$AUTHORIZATION', 'x-ms-date': '$X_MS_DATE' };

/** Writes a request as a curl command. Its authorization is a variable: neither tokens nor signatures are copied. */
export function curlOf(
  { method, target, request }: Pick<RequestItem, 'method' | 'target' | 'request'>,
  origin: string,
): string {
  const { headers, body } = request;
  const lines = [`curl -X ${quoted(method)} ${quoted(origin + target)}`];
  for (const [name, value] of headers) {
    const variable = VARIABLES[name.toLowerCase()];
    if (variable !== undefined) lines.push(`-H "${name}: ${variable}"`);
    else if (!OWN_HEADERS.has(name.toLowerCase())) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (body.sizeBytes > 0) {
    lines.push(body.isText && !body.isCut ? `--data-raw ${quoted(body.text)}` : '--data-binary @body');
  }
  return lines.join(' \\\n  ');
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
