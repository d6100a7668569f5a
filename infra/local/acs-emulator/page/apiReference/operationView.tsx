import { useState } from 'preact/hooks';
import { CopyButton } from '../ui/copyButton.tsx';
import { Icon } from '../ui/icon.tsx';
import { Json } from '../ui/json.tsx';
import {
  type ApiOperation,
  type Content,
  contentOf,
  curlLine,
  type OpenApiDocument,
  type Parameter,
} from './openApi.ts';
import { schemaLines, typeText } from './schemaLines.ts';
import { TryForm } from './tryForm.tsx';

interface OperationViewProps {
  readonly operation: ApiOperation;
  readonly document: OpenApiDocument;
  readonly mailbox: string;
}

/** One call of the API; its details are rendered once it is open. */
export function OperationView({ operation, document, mailbox }: OperationViewProps) {
  const [isOpen, setOpen] = useState(false);
  const { method, path, summary } = operation;
  return (
    <details class="operation" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={`method is-${method.toLowerCase()}`}>{method}</span>
        <code class="operation-path">{path}</code>
        <span class="operation-summary">
          <Inline text={summary ?? ''} />
        </span>
        <Icon name="chevron" />
      </summary>
      {isOpen && <OperationBody operation={operation} document={document} mailbox={mailbox} />}
    </details>
  );
}

function OperationBody({ operation, document, mailbox }: OperationViewProps) {
  const { method, parameters, requestBody, responses = {} } = operation;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const curl = curlLine(operation, location.origin, values);
  const isStream = Object.values(responses).some(({ content }) => contentOf(content)?.type === 'text/event-stream');
  return (
    <div class="operation-body">
      <div class="curl">
        <pre>
          <code>{curl}</code>
        </pre>
        <CopyButton text={curl} label="Copy the curl command" />
      </div>
      {parameters.length > 0 && <Parameters parameters={parameters} document={document} />}
      {requestBody && (
        <section>
          <h3>Body</h3>
          <BodyView content={requestBody.content} document={document} />
        </section>
      )}
      <section>
        <h3>Answers</h3>
        <dl class="answers">
          {Object.entries(responses).map(([status, { description, content }]) => (
            <div key={status}>
              <dt>
                <span class={`badge ${Number(status) < 300 ? 'good' : ''}`}>{status}</span>
              </dt>
              <dd>
                <Inline text={description ?? ''} />
                {Number(status) < 300 && <BodyView content={content} document={document} />}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      {method === 'GET' && !isStream && (
        <section>
          <h3>Try it</h3>
          <TryForm operation={operation} mailbox={mailbox} values={values} onChange={setValues} />
        </section>
      )}
    </div>
  );
}

interface ParametersProps {
  readonly parameters: readonly Parameter[];
  readonly document: OpenApiDocument;
}

function Parameters({ parameters, document }: ParametersProps) {
  return (
    <section>
      <h3>Parameters</h3>
      <dl class="parameters">
        {parameters.map(({ name, in: place, required, schema = {}, description }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
              <small>
                {place}
                {required && ', required'}
              </small>
            </dt>
            <dd>
              <code>{typeText(schema, document)}</code>
              {description && <Prose text={description} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function BodyView({
  content,
  document,
}: {
  readonly content: Content | undefined;
  readonly document: OpenApiDocument;
}) {
  const body = contentOf(content);
  if (!body) return null;
  const { type, schema, example } = body;
  if (type !== 'application/json') return <p class="media-type">{type}</p>;
  return (
    <>
      {schema && (
        <pre class="schema">
          <code>
            {schemaLines(schema, document).map(({ depth, text, comment }, index) => (
              <span key={index} class="schema-line" style={{ paddingLeft: `${depth * 1.25}rem` }}>
                {text}
                {comment && (
                  <span class="schema-comment">
                    {' '}
                    <Inline text={comment} />
                  </span>
                )}
              </span>
            ))}
          </code>
        </pre>
      )}
      {example !== undefined && (
        <pre class="schema">
          <code>
            <Json text={JSON.stringify(example, undefined, 2)} />
          </code>
        </pre>
      )}
    </>
  );
}

export function Prose({ text }: { readonly text: string }) {
  return (
    <p>
      <Inline text={text} />
    </p>
  );
}

/** A text in which backticks enclose code. */
function Inline({ text }: { readonly text: string }) {
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
