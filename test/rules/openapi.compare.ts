import { type JsonObject, type OpenApi, resolved } from '../setup/openApi.ts';

/** Where one OpenAPI document differs from a part that another has of it: one line for each. */

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: JsonObject;
}

const LIMITS = [
  ...['type', 'format', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'],
  ...['enum', 'required'],
];

export function compareDocuments(contract: OpenApi, ours: OpenApi): string[] {
  return Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const other = ours.paths[path]?.[method];
      if (!other) return [`${method} ${path}: is missing`];
      const compare = comparison(contract, ours);
      const found = [
        ...compareFacts(operation, other),
        ...compare.parameters(operation, other),
        ...compare.body('body', operation['requestBody'], other['requestBody']),
        ...compare.responses(operation, other),
      ];
      return found.map((difference) => `${String(operation['operationId'])} ${difference}`);
    }),
  );
}

function compareFacts(operation: JsonObject, other: JsonObject): string[] {
  const facts = ['operationId', 'tags'].filter((it) => JSON.stringify(operation[it]) !== JSON.stringify(other[it]));
  return facts.map((it) => `${it}: ${JSON.stringify(operation[it])} → ${JSON.stringify(other[it])}`);
}

function comparison(contract: OpenApi, ours: OpenApi) {
  const schema = (place: string, one: unknown, other: unknown): string[] => {
    const [left, right] = [resolved(contract, one), withoutNull(ours, resolved(ours, other))];
    const limits = LIMITS.filter((it) => show(left[it]) !== show(right[it]) && !isPromise(place, it, left, right));
    const members = Object.entries(Object(left['properties']) as JsonObject).flatMap(([name, member]) => {
      const counterpart = Object(right['properties'])[name];
      return counterpart ? schema(`${place}.${name}`, member, counterpart) : [`${place}.${name}: is missing`];
    });
    const items = left['items'] ? schema(`${place}[]`, left['items'], right['items']) : [];
    const differences = limits.map(
      (it) => `${place} ${it}: ${show(left[it])} → ${it === 'pattern' ? '…' : show(right[it])}`,
    );
    return [...differences, ...members, ...items];
  };

  const body = (place: string, one: unknown, other: unknown): string[] => {
    const [left, right] = [resolved(contract, one), resolved(ours, other)];
    const media = Object.entries(Object(left['content']) as Record<string, JsonObject>).flatMap(([type, it]) => {
      const counterpart = Object(right['content'])[type];
      return counterpart ? schema(place, it['schema'], counterpart.schema) : [`${place} in ${type}: is missing`];
    });
    const isRequired = left['required'] === right['required'];
    return isRequired ? media : [`${place}: required ${left['required']} → ${right['required']}`, ...media];
  };

  return {
    body,
    parameters: (operation: JsonObject, other: JsonObject) => {
      const all = parametersOf(ours, other);
      return parametersOf(contract, operation).flatMap((it) => {
        const counterpart = all.find(({ name, in: where }) => name === it.name && where === it.in);
        if (!counterpart) return [`parameter ${it.name}: is missing`];
        const isRequired = Boolean(it.required) === Boolean(counterpart.required);
        const required = isRequired ? [] : [`parameter ${it.name}: required ${it.required} → ${counterpart.required}`];
        return [...required, ...schema(`parameter ${it.name}`, it.schema, counterpart.schema)];
      });
    },
    responses: (operation: JsonObject, other: JsonObject) => {
      const all = Object(other['responses']) as JsonObject;
      return Object.entries(Object(operation['responses']) as JsonObject).flatMap(([status, response]) => {
        if (!all[status]) return [`${status}: is missing`];
        const headers = Object.keys(Object(resolved(contract, response)['headers']));
        const missing = headers.filter((name) => !Object(resolved(ours, all[status])['headers'])[name]);
        return [...missing.map((it) => `${status} ${it}: is missing`), ...body(status, response, all[status])];
      });
    },
  };
}

const show = (value: unknown): string => (value === undefined ? '-' : JSON.stringify(value));

/** An answer may promise members that the contract does not. */
function isPromise(place: string, limit: string, left: JsonObject, right: JsonObject): boolean {
  if (limit !== 'required' || !/^\d/.test(place)) return false;
  const [wanted, promised] = [left, right].map(({ required = [] }) => required as string[]);
  return (wanted ?? []).every((it) => promised?.includes(it));
}

function parametersOf(document: OpenApi, operation: JsonObject): Parameter[] {
  const { parameters = [] } = operation as { parameters?: unknown[] };
  return parameters.map((it) => resolved(document, it) as unknown as Parameter);
}

/** The other form of what may be null. */
function withoutNull(document: OpenApi, { anyOf, ...schema }: JsonObject): JsonObject {
  if (Array.isArray(schema['type'])) return { ...schema, type: schema['type'].find((it) => it !== 'null') };
  if (!Array.isArray(anyOf)) return schema;
  return {
    ...schema,
    ...resolved(
      document,
      anyOf.find((it) => it.type !== 'null'),
    ),
  };
}
