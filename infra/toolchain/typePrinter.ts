// Prints JSON Schema as TypeScript: what `shared/openapi/schemas.ts` writes, and nothing else. General generators
// (json-schema-to-typescript, openapi-typescript) print neither `readonly` nor `| undefined`, without which callers who use
// `as const` or `exactOptionalPropertyTypes` could not pass their values.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  /** Of nothing: a member that must be absent. */
  readonly not?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

const LINE_WIDTH = 120;

/** A named interface with its doc comments. */
export function printInterface(name: string, schema: Schema): string {
  return `${docComment(schema.description, '')}export interface ${name} ${objectType(schema, '')}`;
}

/** A named union of literals. */
export function printUnion(name: string, description: string, values: readonly string[]): string {
  const members = values.map((value) => `  | ${literal(value)}`);
  return `${docComment(description, '')}export type ${name} =\n${members.join('\n')};`;
}

/**
 * The type of a schema, as an expression.
 *
 * @param indent of the line on which it starts
 * @throws Error for a schema that it cannot express
 */
export function typeOf(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map((it) => typeOf(it, indent)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ');
  return typeNamed(schema, indent);
}

function typeNamed(schema: Schema, indent: string): string {
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
      return 'number';
    case 'array':
      return arrayType(schema.items ?? {}, indent);
    case 'object':
      return objectType(schema, indent);
    case undefined:
      return schema.not ? 'never' : 'unknown';
    default:
      throw new Error(`There is no TypeScript for ${JSON.stringify(schema)}.`);
  }
}

function arrayType(items: Schema, indent: string): string {
  const element = typeOf(items, indent);
  const isUnion = items.enum || items.anyOf || items.oneOf || Array.isArray(items.type);
  return isUnion ? `readonly (${element})[]` : `readonly ${element}[]`;
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const members = Object.entries(properties).map(([name, schema]) => {
    const isRequired = required.includes(name);
    const head = `${inner}readonly ${memberName(name)}${isRequired ? '' : '?'}:`;
    const alternatives = `${typeOf(schema, inner)}${isRequired ? '' : ' | undefined'}`;
    return `${docComment(schema.description, inner)}${declaration(head, alternatives, inner)}`;
  });
  const others = additionalProperties || undefined;
  // An index signature must allow what the other members do.
  const otherType = others && (members.length > 0 ? 'unknown' : typeOf(others, inner));
  const lines = [...members, ...(otherType ? [`${inner}readonly [name: string]: ${otherType};`] : [])];
  return lines.length === 0 ? 'Readonly<Record<string, never>>' : `{\n${lines.join('\n')}\n${indent}}`;
}

/** On one line, or with a line for each alternative. */
function declaration(head: string, type: string, indent: string): string {
  const line = `${head} ${type};`;
  if (type.includes('\n') || line.length <= LINE_WIDTH) return line;
  return `${head}\n${type
    .split(' | ')
    .map((it) => `${indent}  | ${it}`)
    .join('\n')};`;
}

function memberName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : literal(name);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value);
}

function docComment(text: string | undefined, indent: string): string {
  if (text === undefined) return '';
  const description = text.replaceAll('*/', '*\\/');
  const oneLine = `${indent}/** ${description} */`;
  if (oneLine.length <= LINE_WIDTH && !description.includes('\n')) return `${oneLine}\n`;
  const lines = wrapped(description, LINE_WIDTH - indent.length - 3).map((line) => `${indent} * ${line}`);
  return [`${indent}/**`, ...lines, `${indent} */`, ''].join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
