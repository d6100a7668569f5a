import { useState } from 'preact/hooks';
import type { RequestItem } from '../../../inspection/items.ts';
import { CopyButton } from '../../ui/copyButton.tsx';
import { Json } from '../../ui/json.tsx';
import { prettyJson } from '../../ui/prettyJson.ts';

type Message = RequestItem['request'];

interface RawMessageProps {
  readonly title: string;
  /** The first line, e.g. `POST /sms`. */
  readonly start: string;
  readonly message: Message;
}

/** A request or an answer: headers and body as they were sent. */
export function RawMessage({ title, start, message }: RawMessageProps) {
  const { headers, body } = message;
  const all = [start, ...headers.map(([name, value]) => `${name}: ${value}`), '', body.text].join('\n');
  return (
    <section class="raw" aria-label={title}>
      <header class="raw-head">
        <h3>{title}</h3>
        <CopyButton text={all} label={`Copy the whole ${title.toLowerCase()}`} />
      </header>
      <p class="raw-start">{start}</p>
      <details class="raw-headers">
        <summary>
          {headers.length} {headers.length === 1 ? 'header' : 'headers'}
        </summary>
        <dl>
          {headers.map(([name, value], index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      <Body body={body} title={title} />
    </section>
  );
}

function Body({ body, title }: { readonly body: Message['body']; readonly title: string }) {
  const pretty = prettyJson(body.text);
  const [isPretty, setPretty] = useState(true);
  if (body.sizeBytes === 0) return <p class="raw-empty">No body</p>;
  if (!body.isText) return <p class="raw-empty">{sizeText(body.sizeBytes)} that are not text</p>;
  const shown = isPretty ? (pretty ?? body.text) : body.text;
  return (
    <>
      <div class="raw-tools">
        <span>{body.isCut ? `The first 16 KiB of ${sizeText(body.sizeBytes)}` : sizeText(body.sizeBytes)}</span>
        {pretty !== undefined && (
          <label>
            <input type="checkbox" checked={isPretty} onChange={() => setPretty(!isPretty)} /> Pretty
          </label>
        )}
        <CopyButton text={shown} label={`Copy the body of the ${title.toLowerCase()}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls only what has the focus */}
      <pre class="raw-body" tabIndex={0}>
        <code>{pretty === undefined ? shown : <Json text={shown} />}</code>
      </pre>
    </>
  );
}

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
}
