import type { ApiDocument } from './apiDocument.ts';
import { type Call, CONNECTION_VARIABLE } from './copies/call.ts';
import { callOf } from './copies/callOf.ts';
import { asPython } from './copies/python.ts';
import { asCommand, asCurl } from './copies/shell.ts';
import { asTypeScript } from './copies/typescript.ts';
import type { Component, React, System } from './swaggerUi.ts';

const FORMS: readonly (readonly [title: string, write: (call: Call) => string, note: string])[] = [
  [
    'npm run call',
    asCommand,
    'In this project’s folder. With the npm package, write npx switchboard call instead of npm run call --.',
  ],
  ['curl', asCurl, 'For bash and zsh, with openssl. On Windows, use Git Bash or WSL.'],
  ['TypeScript', asTypeScript, 'With the npm package acs-switchboard. Node 22.18 or later runs it as a .ts file.'],
  ['Python', asPython, 'Python 3.9 or later, without packages.'],
];

interface OperationProps {
  readonly path: string;
  readonly method: string;
}

/** The call that a user has filled in, as code to copy. */
export function copyPanel(
  react: React,
  system: System,
  document: ApiDocument,
  base: string,
): Component<OperationProps> {
  const h = react.createElement;
  return ({ path, method }) => {
    const [title, setTitle] = react.useState<string>('');
    const [outcome, setOutcome] = react.useState<string>('');
    const [, redraw] = react.useState<object>({});
    // The fields change without drawing what surrounds them.
    react.useEffect(() => (title === '' ? undefined : system.getStore().subscribe(() => redraw({}))), [title]);
    const form = FORMS.find(([it]) => it === title);
    const choose = (chosen: string) => {
      setTitle(chosen === title ? '' : chosen);
      setOutcome('');
    };
    const buttons = FORMS.map(([it]) =>
      h(
        'button',
        { key: it, type: 'button', className: 'btn', 'aria-expanded': it === title, onClick: () => choose(it) },
        it,
      ),
    );
    return h(
      'div',
      { className: 'copies' },
      h(
        'div',
        { className: 'copies-forms', role: 'group', 'aria-label': 'Show this call as code' },
        h('span', null, 'As code:'),
        buttons,
      ),
      form ? h(Code, { form, call: currentCall(system, document, base, path, method), outcome, setOutcome }) : null,
    );
  };

  function Code(props: {
    readonly form: (typeof FORMS)[number];
    readonly call: Call;
    readonly outcome: string;
    readonly setOutcome: (text: string) => void;
  }) {
    const { form, call, outcome, setOutcome } = props;
    const [title, write, note] = form;
    const block = react.useRef<HTMLElement>(null);
    const code = write(call);
    return h(
      'div',
      { className: 'copies-code' },
      h('pre', { ref: block, tabIndex: 0, 'aria-label': `${title} code` }, code),
      h(
        'button',
        { type: 'button', className: 'btn', onClick: () => void copy(code, block.current).then(setOutcome) },
        'Copy',
      ),
      h('span', { role: 'status' }, outcome),
      h('p', null, `${note} It reads the connection string from the environment variable ${CONNECTION_VARIABLE}.`),
    );
  }
}

/** What the fields of an operation contain now. */
function currentCall(system: System, document: ApiDocument, base: string, path: string, method: string): Call {
  const { fn, specSelectors, oas3Selectors } = system.getSystem();
  const operationId = document.paths[path]?.[method]?.operationId ?? '';
  const request = fn.buildRequest({
    spec: specSelectors.specJsonWithResolvedSubtrees().toJS(),
    ...{ pathName: path, method, operationId, server: base, contextUrl: base },
    parameters: specSelectors.parameterValues([path, method]).toJS(),
    requestContentType: oas3Selectors.requestContentType(path, method),
    responseContentType: oas3Selectors.responseContentType(path, method) ?? '*/*',
    requestBody: oas3Selectors.requestBodyValue(path, method),
  });
  return callOf(request, { document, base, path, method });
}

/** @returns the message for the user */
async function copy(code: string, block: HTMLElement | null): Promise<string> {
  try {
    await navigator.clipboard.writeText(code); // only in secure contexts
    return 'Copied';
  } catch {
    if (block) getSelection()?.selectAllChildren(block);
    return 'Selected: copy it with Ctrl+C or ⌘C';
  }
}
