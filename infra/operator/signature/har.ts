import * as z from 'zod';
import { type Capture, withPath } from './capture.ts';

const header = z.object({ name: z.string(), value: z.string() });

/** One request, as HAR has it; headers may also be a plain object, and the body stand beside them. */
const request = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.union([z.array(header), z.record(z.string(), z.string())]),
  postData: z.object({ text: z.string().optional() }).optional(),
  body: z.string().optional(),
});

type HarRequest = z.output<typeof request>;

const entry = z.object({ request });
const archive = z.object({ log: z.object({ entries: z.array(entry).min(1) }) });

const anyForm = z.union([
  archive.transform(({ log }) => log.entries.map((it) => it.request)),
  entry.transform((it) => [it.request]),
  request.transform((it) => [it]),
]);

/** The first signed request of an HTTP archive, else its first. @throws Error with one line when there is none */
export function parseHar(text: string): Capture {
  const { data } = anyForm.safeParse(parseJson(text));
  if (!data) throw new Error('The JSON must be HAR, or {"method","url","headers","body"}.');
  const captures = data.map(captureOf);
  const [first] = captures;
  const signed = captures.find(({ headers }) => /^HMAC-SHA256/i.test(headers.get('authorization') ?? ''));
  if (!first) throw new Error('The archive holds no request.');
  return signed ?? first;
}

function captureOf({ method, url, headers, postData, body }: HarRequest): Capture {
  const list = Array.isArray(headers)
    ? headers.map(({ name, value }) => [name, value] as const)
    : Object.entries(headers);
  const byName = new Map(
    list.map(([name, value]) => [name.replace(/^:authority$/i, 'host').toLowerCase(), value] as const),
  );
  return { ...withPath(method, url, byName), body: Buffer.from(postData?.text ?? body ?? '') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The file looks like JSON, but is not valid.');
  }
}
