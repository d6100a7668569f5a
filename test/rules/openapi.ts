import { openApiDocumentOf } from '../../shared/openapi/document.ts';
import * as declared from '../../shared/operation/definition.ts';
import type { OpenApi } from '../setup/openApi.ts';
import { type App, loadApp } from './app.ts';

export interface Described {
  readonly app: App;
  readonly document: OpenApi;
}

/** The app and its description, made of its own declarations. */
export async function loadDescribed(): Promise<Described> {
  const app = await loadApp();
  return { app, document: openApiDocumentOf(declared) as OpenApi };
}
