import { type Call, CONNECTION_VARIABLE, signedHeaders } from './call.ts';

/** With the standard library of Python 3.9 or later. */
export function asPython(call: Call): string {
  const { method, target, headers, body = '' } = call;
  const signed = signedHeaders(call).map(([name]) => pythonText(name));
  const sent = Object.entries(headers).map(([name, value]) => `${pythonText(name)}: ${pythonText(value)}`);
  return `import base64, hashlib, hmac, os
from email.utils import formatdate
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

parts = dict(part.split("=", 1) for part in os.environ["${CONNECTION_VARIABLE}"].split(";") if part)
endpoint, key = parts["endpoint"].rstrip("/"), base64.b64decode(parts["accesskey"])
method, target = ${pythonText(method)}, ${pythonText(target)}
headers = {${sent.join(', ')}}
body = ${pythonLines(body)}.encode()

date, host = formatdate(usegmt=True), urlsplit(endpoint).netloc
content_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
signed = [${signed.join(', ')}]
lines = [method, target, f"{date};{host};{content_hash}"] + [f"{name}:{headers[name]}" for name in signed]
signature = base64.b64encode(hmac.digest(key, "\\n".join(lines).encode(), "sha256")).decode()
names = ";".join(["x-ms-date", "host", "x-ms-content-sha256"] + signed)
headers.update({
    "x-ms-date": date,
    "x-ms-content-sha256": content_hash,
    "authorization": f"HMAC-SHA256 SignedHeaders={names}&Signature={signature}",
})

try:
    response = urlopen(Request(endpoint + target, data=body or None, method=method, headers=headers))
except HTTPError as error:
    response = error
print(response.status, response.read().decode())
`;
}

/** A string literal: the escapes of JSON are valid in Python. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

/** A string literal that keeps the lines of the text. */
function pythonLines(text: string): string {
  if (!text.includes('\n')) return pythonText(text);
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"""', String.raw`\"\"\"`)
    .replace(/"$/, String.raw`\"`)
    .replaceAll('\r', String.raw`\r`);
  return `"""${escaped}"""`;
}
