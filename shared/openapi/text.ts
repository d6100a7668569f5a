import { type Declared, openApiDocumentOf } from './document.ts';
import type { JsonObject } from './schemas.ts';

/** Made once: what is declared does not change in a process. */
let document: JsonObject | undefined;

/** The description as it is served. @param serverUrl where the caller reaches what it describes */
export function openApiText(declared: Declared, serverUrl: string): string {
  document ??= openApiDocumentOf(declared);
  return JSON.stringify({ ...document, servers: [{ url: serverUrl }] });
}
