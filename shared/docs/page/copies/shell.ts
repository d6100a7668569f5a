import { type Call, CONNECTION_VARIABLE, signedHeaders } from './call.ts';

// For sh, bash and zsh. No comments, which an interactive zsh does not know, and none of zsh's special variables, such as `path`.

/** Quotes a word for a shell. */
export function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** As `npm run call`, which needs the project. */
export function asCommand({ method, target, headers, body }: Call): string {
  const { 'content-type': contentType, ...others } = headers;
  const implied = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const shown = contentType === implied ? others : headers;
  const isLikeFile = body?.startsWith('@') ?? false; // would be the name of a file
  const words = [
    ...['npm run call --', method, shellWord(target)],
    ...(body === undefined ? [] : [isLikeFile ? '@-' : shellWord(body)]),
    ...Object.entries(shown).map(([name, value]) => `--header ${shellWord(`${name}: ${value}`)}`),
  ];
  return `${isLikeFile ? `printf %s ${shellWord(body ?? '')} | ` : ''}${words.join(' ')}`;
}

const FROM_CONNECTION = `printf '%s\\n' "$${CONNECTION_VARIABLE}" | tr ';' '\\n' | sed -n`;

/**
 * With curl, and openssl of OpenSSL or LibreSSL (macOS), whose `base64` decodes everywhere alike.
 *
 * @see https://man.openbsd.org/openssl.1 (dgst: -mac, -macopt)
 */
export function asCurl(call: Call): string {
  const { method, target, headers, body } = call;
  const more = signedHeaders(call);
  const names = more.map(([name]) => `;${name}`).join('');
  const lines = more.map(([name, value]) => ` \\\n  ${shellWord(`${name}:${value}`)}`).join('');
  const sent = Object.entries(headers).map(([name, value]) => ` \\\n  -H ${shellWord(`${name}: ${value}`)}`);
  const isEmpty = body === undefined || body === '';
  const length = isEmpty && method !== 'GET' ? ` \\\n  -H 'content-length: 0'` : '';
  return `endpoint=$(${FROM_CONNECTION} 's:/*$::; s/^endpoint=//p')
hexkey=$(${FROM_CONNECTION} 's/^accesskey=//p' | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
target=${shellWord(target)}
body=${shellWord(body ?? '')}

date=$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S GMT')
hash=$(printf %s "$body" | openssl dgst -sha256 -binary | openssl base64 -A)
signature=$(printf '%s\\n%s\\n%s;%s;%s${'\\n%s'.repeat(more.length)}' ${method} "$target" "$date" "\${endpoint#*://}" "$hash"${lines} |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$hexkey" -binary | openssl base64 -A)

curl --include --globoff --path-as-is -X ${method} "$endpoint$target"${isEmpty ? '' : ' --data-raw "$body"'}${sent.join('')}${length} \\
  -H "x-ms-date: $date" -H "x-ms-content-sha256: $hash" \\
  -H "Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256${names}&Signature=$signature"
`;
}
