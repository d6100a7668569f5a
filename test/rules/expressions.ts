import { globSync, readFileSync } from 'node:fs';
import { type AnyNode, type Literal, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';

/** One regular expression of the code. */
export interface Expression {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

export interface Expressions {
  readonly found: readonly Expression[];
  /** Files that make expressions out of what is known only while they run. */
  readonly made: readonly string[];
}

export const SOURCE_FILES: readonly string[] = globSync('{functions,shared,infra}/**/*.{ts,mjs}').sort();

/** Every regular expression of the code: literals, and what `RegExp` is given, as far as constants make it up. */
export function readExpressions(files: readonly string[] = SOURCE_FILES): Expressions {
  const read = files.map((file) => expressionsIn(file, readFileSync(file, 'utf8')));
  return { found: read.flatMap(({ found }) => found), made: read.flatMap(({ made }) => made) };
}

export function expressionsIn(file: string, code: string): Expressions {
  const program = parse(transformSync(code, { loader: 'ts', target: 'esnext' }).code, {
    ecmaVersion: 'latest',
    sourceType: 'module',
  });
  const constants = new Map<string, AnyNode>();
  const found: Expression[] = [];
  const made: string[] = [];
  const add = ([pattern, flags]: readonly AnyNode[]) => {
    const source = pattern && textOf(pattern, constants);
    if (source === undefined) made.push(file);
    else found.push({ file, source, flags: (flags && textOf(flags, constants)) ?? '' });
  };
  simple(program, {
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init) constants.set(id.name, init as AnyNode);
    },
  });
  const isRegExp = (callee: { type: string; name?: string }) =>
    callee.type === 'Identifier' && callee.name === 'RegExp';
  simple(program, {
    Literal({ regex }: Literal) {
      if (regex) found.push({ file, source: regex.pattern, flags: regex.flags });
    },
    NewExpression({ callee, arguments: given }) {
      if (isRegExp(callee)) add(given as AnyNode[]);
    },
    CallExpression({ callee, arguments: given }) {
      if (isRegExp(callee)) add(given as AnyNode[]);
    },
  });
  return { found, made };
}

/** The text that an expression of literals, templates and constants stands for. */
function textOf(node: AnyNode, constants: ReadonlyMap<string, AnyNode>): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'Identifier') {
    const value = constants.get(node.name);
    return value && textOf(value, constants);
  }
  if (node.type !== 'TemplateLiteral') return undefined;
  const values = node.expressions.map((it) => textOf(it, constants));
  if (values.includes(undefined)) return undefined;
  return node.quasis.map(({ value }, index) => `${value.cooked ?? ''}${values[index] ?? ''}`).join('');
}
