import type { Component, ImmutableMap, React } from './swaggerUi.ts';

interface ResponsesProps {
  readonly responses: ImmutableMap;
}

const isSuccess = (status: string) => /^2/.test(status);

/** Shows what an operation returns when it succeeds, and everything else on request. */
export function collapsedResponses(react: React, original: object): Component<ResponsesProps> {
  const h = react.createElement;
  return (props) => {
    const [isOpen, setOpen] = react.useState<boolean>(false);
    const others = props.responses
      .keySeq()
      .toArray()
      .filter((it) => !isSuccess(it));
    const shown = isOpen ? props.responses : props.responses.filter((_, status) => isSuccess(status));
    const label = `${isOpen ? 'Hide' : 'Show'} errors and other responses: ${others.join(', ')}`;
    return h(
      'div',
      null,
      h(original, { ...props, responses: shown }),
      others.length === 0
        ? null
        : h(
            'button',
            {
              type: 'button',
              className: 'btn other-responses',
              'aria-expanded': isOpen,
              onClick: () => setOpen(!isOpen),
            },
            label,
          ),
    );
  };
}

interface CurlProps {
  /** As sent; empty if it was not. */
  readonly request: ImmutableMap;
}

/** The request as it was signed, instead of Swagger UI's curl command, which would repeat the signature. */
export function sentRequest(react: React): Component<CurlProps> {
  const h = react.createElement;
  return ({ request }) => {
    const { method, headers = {} } = request.toJS() as { method?: string; headers?: Record<string, string> };
    if (method === undefined) return null;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return h(
      'details',
      { className: 'sent-request' },
      h('summary', null, 'Request headers'),
      h('pre', { className: 'microlight' }, lines.join('\n')),
    );
  };
}
