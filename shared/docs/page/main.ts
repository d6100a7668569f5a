// Runs in the browser, at /docs.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import type { Component, Plugin, SwaggerRequest } from './swaggerUi.ts';
import 'swagger-ui-dist/swagger-ui.css';
import './page.css';
import { accessibleComponents } from './accessibility.ts';
import { type ApiDocument, operationFacts, shownDocument } from './apiDocument.ts';
import { connectionPanel, focusConnectionField } from './connectionPanel.ts';
import { copyPanel } from './copyPanel.ts';
import { collapsedResponses, sentRequest } from './responses.ts';
import { Session } from './session.ts';
import { pathBelow, signedRequest } from './signedRequest.ts';

const ENVIRONMENT = { now: () => new Date(), randomUUID: () => crypto.randomUUID() };

/** Swagger UI has a dark theme, which its own top bar would turn on. */
function followColorScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', apply);
  apply();
}

const hidden = (): Component<object> => () => null;

function pagePlugin(session: Session, api: ApiDocument, base: string): Plugin {
  return {
    wrapComponents: {
      ...accessibleComponents,
      AuthorizeBtnContainer: (_, { React }) => connectionPanel(React, session),
      authorizeOperationBtn: hidden,
      ServersContainer: hidden, // there is one: the server of this page
      responses: (original, { React }) => collapsedResponses(React, original),
      curl: (_, { React }) => sentRequest(React),
      execute: (original, system) => {
        const { createElement: h } = system.React;
        const CopyPanel = copyPanel(system.React, system, api, base);
        return (props: object) => h('div', { className: 'call' }, h(original, props), h(CopyPanel, props));
      },
    },
  };
}

/** Signs requests. One that cannot be signed is not sent, and Swagger UI shows the reason as the response. */
function signing(session: Session, api: ApiDocument, base: string) {
  return async (request: SwaggerRequest): Promise<SwaggerRequest> => {
    const [path = ''] = pathBelow(base, request.url).split('?');
    const facts = operationFacts(api, request.method, path);
    const { signer } = session;
    try {
      if (signer) return await signedRequest(request, facts, signer, ENVIRONMENT);
    } catch (error) {
      return unsent(request, error);
    }
    if (facts.isPublic) return request;
    focusConnectionField();
    return unsent(request, new Error(session.reason));
  };
}

/** An interceptor that throws would leave Swagger UI without a request to show. */
function unsent(request: SwaggerRequest, reason: unknown): SwaggerRequest {
  return { ...request, userFetch: () => Promise.reject(reason) };
}

async function show(): Promise<void> {
  followColorScheme();
  const base = new URL('.', location.href).href.replace(/\/$/, '');
  const response = await fetch('openapi.json'); // relative to the page
  if (!response.ok) throw new Error(`openapi.json could not be loaded: ${response.status} ${response.statusText}`);
  const api = (await response.json()) as ApiDocument;
  const session = new Session({ page: base, server: api.servers?.[0]?.url ?? base });
  addEventListener('pagehide', () => session.forget());
  SwaggerUI({
    spec: shownDocument(api, base),
    dom_id: '#docs',
    deepLinking: true,
    validatorUrl: null, // a validator would be a server on the internet
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 3,
    requestInterceptor: signing(session, api, base),
    responseInterceptor: (answer) => {
      session.compareClock(answer.headers['date'], new Date());
      return answer;
    },
    plugins: [pagePlugin(session, api, base)],
  });
}

show().catch((error: unknown) => {
  const place = document.getElementById('docs');
  if (place) place.textContent = error instanceof Error ? error.message : String(error);
});
