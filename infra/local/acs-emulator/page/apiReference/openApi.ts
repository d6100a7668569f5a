// The parts of an OpenAPI 3.1 document that are shown.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
  readonly example?: unknown;
}

export type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly summary?: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly parameters?: Readonly<Record<string, Parameter>>;
  };
}

export interface ApiOperation extends Omit<Operation, 'parameters'> {
  readonly method: string;
  readonly path: string;
  /** All but `mailbox`, which every operation takes. */
  readonly parameters: readonly Parameter[];
}

export interface ApiGroup {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly ApiOperation[];
}

/** The operations by tag, in the order of the document. @param filter a part of a path, a name or a summary */
export function groupsOf(document: OpenApiDocument, filter = ''): ApiGroup[] {
  const wanted = filter.trim().toLowerCase();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []).flatMap((it) => resolvedParameter(it, document)),
    })),
  );
  const matching = operations.filter(({ method, path, operationId, summary = '' }) =>
    `${method} ${path} ${operationId} ${summary}`.toLowerCase().includes(wanted),
  );
  const groups = (document.tags ?? []).map(({ name, description = '' }) => ({
    name,
    description,
    operations: matching.filter(({ tags = [] }) => tags[0] === name),
  }));
  return groups.filter((group) => group.operations.length > 0);
}

function resolvedParameter(parameter: Parameter | { readonly $ref: string }, document: OpenApiDocument): Parameter[] {
  const found =
    '$ref' in parameter ? document.components?.parameters?.[parameter.$ref.split('/').at(-1) ?? ''] : parameter;
  return found && found.name !== 'mailbox' ? [found] : [];
}

/** The media type and schema of a body; undefined if there is none. */
export function contentOf(
  content: Content | undefined,
): { readonly type: string; readonly schema?: Schema; readonly example?: unknown } | undefined {
  const [entry] = Object.entries(content ?? {});
  return entry && { type: entry[0], ...entry[1] };
}

/** The answer of success: the first one below 300. */
export function successOf({ responses = {} }: ApiOperation) {
  const [entry] = Object.entries(responses).filter(([status]) => Number(status) < 300);
  return entry && { status: entry[0], content: contentOf(entry[1].content) };
}

/** The path, with `{id}` in place of what is not given, and the query. */
export function addressOf({ path, parameters }: ApiOperation, values: Readonly<Record<string, string>>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    values[name] ? encodeURIComponent(values[name]) : placeholder,
  );
  const query = new URLSearchParams();
  for (const { name, in: place } of parameters) {
    const value = values[name];
    if (place === 'query' && value) query.set(name, value);
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

/** A curl command for an operation with its example. */
export function curlLine(
  operation: ApiOperation,
  origin: string,
  values: Readonly<Record<string, string>> = {},
): string {
  const { method } = operation;
  const body = contentOf(operation.requestBody?.content);
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}'${origin}${addressOf(operation, values)}'`];
  if (body) {
    const example = JSON.stringify(body.example ?? {}).replaceAll("'", "'\\''");
    lines.push("-H 'content-type: application/json'", `-d '${example}'`);
  }
  return lines.join(' \\\n  ');
}
