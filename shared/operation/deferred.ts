type Serving = typeof import('./serving.ts');

let loaded: Promise<Serving> | undefined;

/** What serves is loaded with the first invocation: the start of an instance does not wait for it. */
export function serving(): Promise<Serving> {
  loaded ??= import('./serving.ts');
  return loaded;
}
