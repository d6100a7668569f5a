// The OpenAPI document as this page shows it.

interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema?: { readonly type?: string };
  readonly $ref?: string;
}

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly object[];
}

type Methods = Readonly<Record<string, Operation>>;

/** The part of an OpenAPI document that the page uses. */
export interface ApiDocument {
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Methods>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

/** What the page has to know of an operation to send it a request. */
export interface OperationFacts {
  /** Whether it can be called without a signature. */
  readonly isPublic: boolean;
  readonly takesIdempotencyKey: boolean;
}

const IDEMPOTENCY_KEY = 'idempotency-key';

const GENERATED = 'If it is empty, this page generates one for each request.';

/**
 * Makes the page call the Switchboard that has served it, and leaves optional parameters empty: an example of a key or of a
 * user would otherwise be sent with every request.
 *
 * @param base address of that Switchboard, as the browser reaches it
 */
export function shownDocument(document: ApiDocument, base: string): ApiDocument {
  const { parameters } = document.components;
  const paths = Object.entries(document.paths).map(([path, methods]) => [path, shownMethods(methods)]);
  const shared = Object.entries(parameters).map(([name, it]) => [name, shownParameter(it)]);
  return {
    ...document,
    servers: [{ url: base }],
    paths: Object.fromEntries(paths),
    components: { ...document.components, parameters: Object.fromEntries(shared) },
  };
}

function shownMethods(methods: Methods): Methods {
  return Object.fromEntries(
    Object.entries(methods).map(([method, operation]) => [
      method,
      operation.parameters ? { ...operation, parameters: operation.parameters.map(shownParameter) } : operation,
    ]),
  );
}

function shownParameter(parameter: Parameter): Parameter {
  const { example, ...rest } = parameter;
  if (parameter.required || example === undefined) return parameter;
  const isKey = parameter.name?.toLowerCase() === IDEMPOTENCY_KEY;
  const sentences = [parameter.description, isKey ? GENERATED : undefined, `Example: \`${String(example)}\``];
  return { ...rest, description: sentences.filter((it) => it !== undefined).join(' ') };
}

/** Finds an operation. @param path below the base, percent-encoded, without the query */
export function operationFacts(document: ApiDocument, method: string, path: string): OperationFacts {
  const found = Object.entries(document.paths).flatMap(([template, methods]) => {
    const operation = methods[method.toLowerCase()];
    return operation && matches(template, path) ? [{ template, operation }] : [];
  });
  // Of `/sms/optouts` and `/sms/{id}`, the one with fewer parameters is meant.
  const [
    {
      operation: { security, parameters = [] },
    } = { operation: {} },
  ] = found.toSorted((one, other) => parametersIn(one.template) - parametersIn(other.template));
  const names = parameters.map((it) => nameOf(document, it)?.toLowerCase());
  return {
    isPublic: security !== undefined && (security.length === 0 || security.some((it) => Object.keys(it).length === 0)),
    takesIdempotencyKey: names.includes(IDEMPOTENCY_KEY),
  };
}

function matches(template: string, path: string): boolean {
  const parts = template.split(/\{\w+\}/).map((it) => it.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]+')}$`).test(path);
}

function parametersIn(template: string): number {
  return template.split('{').length - 1;
}

function nameOf({ components }: ApiDocument, { name, $ref = '' }: Parameter): string | undefined {
  return name ?? components.parameters[$ref.replace('#/components/parameters/', '')]?.name;
}
