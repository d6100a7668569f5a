/** The part of Swagger UI's API that the page uses. @see https://swagger.io/docs/open-source-tools/swagger-ui/customization/plugin-api/ */

/** What React draws. */
export type Drawn = object | string | number | null;

export type Props = Readonly<Record<string, unknown>>;

export type Component<Own extends object = never> = (props: Own) => Drawn;

/** The copy of React that Swagger UI is made with. */
export interface React {
  createElement(type: string | object, props: object | null, ...children: (Drawn | readonly Drawn[])[]): Drawn;
  useState<State>(initial: State): [State, (state: State) => void];
  useEffect(effect: () => (() => void) | undefined, dependencies: readonly unknown[]): void;
  useRef<Value>(initial: Value | null): { current: Value | null };
}

/** A map of Immutable.js. */
export interface ImmutableMap {
  get(name: string): unknown;
  filter(predicate: (value: unknown, key: string) => boolean): ImmutableMap;
  keySeq(): { toArray(): readonly string[] };
  toJS(): unknown;
}

export type PathMethod = readonly [path: string, method: string];

export interface System {
  readonly React: React;
  readonly fn: {
    buildRequest(request: object): { url: string; method: string; headers: Record<string, string>; body?: unknown };
  };
  readonly specSelectors: {
    specJsonWithResolvedSubtrees(): ImmutableMap;
    parameterValues(pathMethod: PathMethod): ImmutableMap;
  };
  readonly oas3Selectors: {
    requestContentType(...pathMethod: PathMethod): string | undefined;
    responseContentType(...pathMethod: PathMethod): string | undefined;
    requestBodyValue(...pathMethod: PathMethod): unknown;
  };
  getSystem(): System;
  /** Of Redux. */
  getStore(): { subscribe(listener: () => void): () => void };
}

/** A request on its way. */
export interface SwaggerRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: unknown;
  /** Instead of `fetch`. */
  userFetch?: () => Promise<never>;
}

export interface SwaggerResponse {
  readonly headers: Readonly<Record<string, string>>;
}

/** Replaces a component, which it may draw itself. */
export type WrapComponent = (original: object, system: System) => Component<never>;

export interface Plugin {
  readonly wrapComponents: Readonly<Record<string, WrapComponent>>;
}

export type SwaggerUI = (options: {
  readonly spec: object;
  readonly dom_id: string;
  readonly deepLinking?: boolean;
  readonly validatorUrl?: null;
  readonly defaultModelsExpandDepth?: number;
  readonly defaultModelExpandDepth?: number;
  readonly displayRequestDuration?: boolean;
  readonly requestInterceptor?: (request: SwaggerRequest) => Promise<SwaggerRequest>;
  readonly responseInterceptor?: (response: SwaggerResponse) => SwaggerResponse;
  readonly plugins?: readonly Plugin[];
}) => unknown;
