import { useRef, useState } from 'preact/hooks';
import { get, messageOf, urlOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Json } from '../ui/json.tsx';
import { type ApiOperation, addressOf, type Parameter, successOf } from './openApi.ts';

interface TryFormProps {
  readonly operation: ApiOperation;
  readonly mailbox: string;
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

interface Shown {
  readonly text: string;
  readonly isError: boolean;
  readonly milliseconds: number;
}

const MAXIMUM_CHARACTERS = 100_000;

/** Calls a GET and shows its answer. */
export function TryForm({ operation, mailbox, values, onChange }: TryFormProps) {
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [abort, setAbort] = useState<AbortController | undefined>(undefined);
  const latest = useRef<AbortController>(undefined);
  const missing = operation.parameters.find(({ required, name }) => required && !values[name]);
  const isJson = successOf(operation)?.content?.type === 'application/json';
  const name =
    addressOf(operation, values)
      .replace(/^\/_emulator\/?/, '')
      .split('?', 1)[0] ?? '';
  const query = Object.fromEntries(
    operation.parameters.flatMap((it) => (it.in === 'query' ? [[it.name, values[it.name]] as const] : [])),
  );
  const call = (event: Event) => {
    event.preventDefault();
    latest.current?.abort();
    const started = performance.now();
    const current = new AbortController();
    latest.current = current;
    const end = (text: string, isError: boolean) => {
      if (latest.current !== current) return;
      setShown({ text, isError, milliseconds: performance.now() - started });
      setAbort(undefined);
    };
    setAbort(current);
    get<unknown>(name, { mailbox, query, signal: current.signal }).then(
      (value) => end(JSON.stringify(value, undefined, 2).slice(0, MAXIMUM_CHARACTERS), false),
      (reason: unknown) => end(current.signal.aborted ? 'Stopped.' : messageOf(reason), true),
    );
  };
  return (
    <form class="try" onSubmit={call}>
      {operation.parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? ''}
          onChange={(value) => onChange({ ...values, [parameter.name]: value })}
        />
      ))}
      <div class="try-actions">
        {isJson ? (
          <Button type="submit" kind="primary" disabled={missing !== undefined || abort !== undefined}>
            Send
          </Button>
        ) : (
          !missing && (
            <a class="button plain" href={urlOf(name, { mailbox, query })} target="_blank" rel="noreferrer">
              Open the answer
            </a>
          )
        )}
        {abort && <Button onClick={() => abort.abort()}>Stop</Button>}
        {missing && <small>Fill in {missing.name} first.</small>}
        {shown && !abort && <small>{Math.round(shown.milliseconds)} ms</small>}
      </div>
      {shown && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls only what has the focus
        <pre class={shown.isError ? 'try-answer is-error' : 'try-answer'} tabIndex={0} aria-live="polite">
          {shown.isError ? shown.text : <Json text={shown.text} />}
        </pre>
      )}
    </form>
  );
}

interface ParameterFieldProps {
  readonly parameter: Parameter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ParameterField({ parameter: { name, required, schema, example }, value, onChange }: ParameterFieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span>
        {name}
        {required && ' (required)'}
      </span>
      {schema?.enum ? (
        <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">Any</option>
          {schema.enum.map((it) => (
            <option key={String(it)}>{String(it)}</option>
          ))}
        </select>
      ) : (
        <input
          value={value}
          placeholder={example === undefined ? '' : String(example)}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </label>
  );
}
