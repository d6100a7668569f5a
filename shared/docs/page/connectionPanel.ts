import type { Session } from './session.ts';
import type { Component, React } from './swaggerUi.ts';

const FIELD_ID = 'connection-string';
const TITLE_ID = 'connection-title';

/** Moves the focus to the field for the connection string. */
export function focusConnectionField(): void {
  document.getElementById(FIELD_ID)?.focus();
}

/** Where a user pastes a connection string. The field is emptied at once; the key stays in the session. */
export function connectionPanel(react: React, session: Session): Component<object> {
  const h = react.createElement;
  const Form = connectionForm(react, session);
  return () => {
    const [, redraw] = react.useState(0);
    react.useEffect(() => {
      let count = 0;
      return session.subscribe(() => {
        count += 1;
        redraw(count);
      });
    }, []);
    const { endpoint, obstacle, clockNotice } = session;
    return h(
      'section',
      { className: 'connection', 'aria-labelledby': TITLE_ID },
      h('h2', { id: TITLE_ID }, 'Try it out'),
      obstacle
        ? h('p', { className: 'connection-note' }, obstacle)
        : endpoint
          ? connected(h, session, endpoint)
          : h(Form, null),
      clockNotice ? h('p', { className: 'connection-error', role: 'alert' }, clockNotice) : null,
    );
  };
}

function connected(h: React['createElement'], session: Session, endpoint: string) {
  return h(
    'div',
    { className: 'connection-row' },
    h('p', { role: 'status' }, 'Requests are signed for ', h('strong', null, endpoint), '.'),
    h('button', { type: 'button', className: 'btn', onClick: () => session.forget() }, 'Forget key'),
  );
}

const ATTRIBUTES = {
  // Not a password field: browsers and password managers would offer to store it. No `name`, so that no form can send it.
  type: 'text',
  className: 'connection-field',
  autoComplete: 'off',
  autoCapitalize: 'off',
  autoCorrect: 'off',
  spellCheck: false,
  'data-1p-ignore': '',
  'data-lpignore': 'true',
  'data-bwignore': '',
  placeholder: 'endpoint=https://…;accesskey=…',
};

/** Its field is not controlled by React, which would write the value into an attribute of the document. */
function connectionForm(react: React, session: Session): Component<object> {
  const h = react.createElement;
  return () => {
    const field = react.useRef<HTMLInputElement>(null);
    const [error, setError] = react.useState('');
    const connect = (text: string): void => {
      session.connect(text).catch((cause: unknown) => setError(cause instanceof Error ? cause.message : String(cause)));
      if (field.current) field.current.value = '';
    };
    const onSubmit = (event: Event): void => {
      event.preventDefault();
      connect(field.current?.value ?? '');
    };
    const onPaste = (event: ClipboardEvent): void => {
      const text = event.clipboardData?.getData('text') ?? '';
      if (!text.includes('accesskey=')) return;
      event.preventDefault(); // the key never becomes the field's value
      connect(text);
    };
    return h(
      'form',
      { className: 'connection-form', autoComplete: 'off', onSubmit },
      h('label', { htmlFor: FIELD_ID }, 'Connection string of a client'),
      h(
        'div',
        { className: 'connection-row' },
        h('input', {
          ...ATTRIBUTES,
          id: FIELD_ID,
          ref: field,
          onPaste,
          'aria-invalid': error !== '',
          'aria-describedby': 'connection-help connection-error',
        }),
        h('button', { type: 'submit', className: 'btn' }, 'Use'),
      ),
      h('p', { id: 'connection-error', className: 'connection-error', role: 'alert' }, error),
      h(
        'p',
        { id: 'connection-help', className: 'connection-note' },
        'This page signs requests with it. The key stays in the memory of the page until you leave or reload it: it is ' +
          'neither stored nor sent.',
      ),
    );
  };
}
