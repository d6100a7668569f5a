import type { OpenApiDocument, Schema } from './openApi.ts';

/** A line of a schema that is written like a type. */
export interface SchemaLine {
  readonly depth: number;
  readonly text: string;
  readonly comment?: string | undefined;
}

const MAXIMUM_DEPTH = 6;
const MAXIMUM_ENUM = 8;

/** Writes a schema like a type, one line for each property. */
export function schemaLines(schema: Schema, document: OpenApiDocument, depth = 0, prefix = ''): SchemaLine[] {
  const resolved = resolve(schema, document);
  const { description: comment } = { ...resolved, ...schema };
  if (depth > MAXIMUM_DEPTH) return [{ depth, text: `${prefix}…`, comment }];
  const { element, suffix } = elementOf(resolved, document);
  const variants = (element.oneOf ?? element.anyOf ?? []).map((it) => resolve(it, document));
  if (variants.some((it) => it.properties)) {
    const lines = variants.flatMap((it, index) => [
      ...(index > 0 ? [{ depth: depth + 1, text: 'or' }] : []),
      ...schemaLines(it, document, depth + 1),
    ]);
    return [{ depth, text: `${prefix}one of${suffix}`, comment }, ...lines];
  }
  const named = recordOf(element, document);
  if (named) {
    const members = schemaLines(named, document, depth + 1, '[name]: ');
    return [{ depth, text: `${prefix}{`, comment }, ...members, { depth, text: `}${suffix}` }];
  }
  if (!element.properties) return [{ depth, text: prefix + typeText(element, document) + suffix, comment }];
  const members = Object.entries(element.properties).flatMap(([name, member]) => {
    const mark = element.required?.includes(name) ? '' : '?';
    return schemaLines(member, document, depth + 1, `${name}${mark}: `);
  });
  return [{ depth, text: `${prefix}{`, comment }, ...members, { depth, text: `}${suffix}` }];
}

/** The objects of a record whose names are free. */
function recordOf({ additionalProperties }: Schema, document: OpenApiDocument): Schema | undefined {
  if (typeof additionalProperties !== 'object') return undefined;
  const member = resolve(additionalProperties, document);
  return member.properties ? member : undefined;
}

/** The innermost element of arrays of arrays, and the brackets behind it. */
function elementOf(schema: Schema, document: OpenApiDocument): { readonly element: Schema; readonly suffix: string } {
  if (schema.type !== 'array' || !schema.items) return { element: schema, suffix: '' };
  const { element, suffix } = elementOf(resolve(schema.items, document), document);
  return { element, suffix: `${suffix}[]` };
}

function resolve(schema: Schema, document: OpenApiDocument): Schema {
  const named = document.components?.schemas?.[schema.$ref?.split('/').at(-1) ?? ''];
  return named ?? schema;
}

/** A schema without properties, in a few words, e.g. `integer from 1 to 1000`. */
export function typeText(schema: Schema, document: OpenApiDocument): string {
  const { $ref, const: value, enum: values, anyOf, oneOf, type, format, additionalProperties } = schema;
  if ($ref) return typeText(resolve(schema, document), document);
  if (value !== undefined) return JSON.stringify(value);
  if (values) return enumText(values);
  const variants = anyOf ?? oneOf;
  if (variants) return [...new Set(variants.map((it) => typeText(it, document)))].join(' | ');
  if (typeof additionalProperties === 'object') return `{ [name]: ${typeText(additionalProperties, document)} }`;
  if (type === undefined) return 'any';
  const name = format ?? (typeof type === 'string' ? type : type.join(' | '));
  return name + rangeText(schema);
}

function enumText(values: readonly unknown[]): string {
  const shown = values.slice(0, MAXIMUM_ENUM).map((it) => JSON.stringify(it));
  const more = values.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(' | ');
}

function rangeText({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` from ${minimum}`;
  return maximum === undefined ? '' : ` up to ${maximum}`;
}
