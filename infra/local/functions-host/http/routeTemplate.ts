import { StartError } from '../startError.ts';

/** Returns the parameters of a matching path by name. */
export type MatchPath = (path: string) => Record<string, string> | undefined;

/**
 * Compiles a route template of the Functions host: literals, `{name}`, `{name?}`, `{*rest}` and `{name:constraint}`.
 * A colon outside braces is a literal, as in `emails:send` and `batches/{id}:cancel`.
 *
 * @throws StartError if the template is not supported
 */
export function compileTemplate(template: string, functionName: string): MatchPath {
  const refuse: Refuse = (why) => new StartError(`${functionName}: the route "${template}" ${why}.`);
  const segments = readSegments(template, refuse);
  const parameters = segments.flat().filter((part) => typeof part !== 'string');
  const names = new Set(parameters.map(({ name }) => name.toLowerCase()));
  if (names.size < parameters.length) throw refuse('has a parameter twice');
  const pattern = new RegExp(`^${patternOf(segments, refuse)}/?$`, 'is');
  return (path) => {
    const match = pattern.exec(path);
    return match ? readParameters(parameters, match) : undefined;
  };
}

function readParameters(parameters: readonly Parameter[], match: RegExpExecArray): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [index, { name, constraints }] of parameters.entries()) {
    const value = match[index + 1];
    if (!value) continue;
    if (!constraints.every((allows) => allows(value))) return undefined;
    values[name] = value;
  }
  return values;
}

/** Optional segments nest: `a/{b?}/{c?}` becomes `/a(?:/([^/]+)(?:/([^/]+))?)?`. */
function patternOf(segments: readonly Part[][], refuse: Refuse): string {
  const kinds = segments.map(kindOf);
  const firstOptional = kinds.findIndex((kind) => kind !== 'required');
  const required = firstOptional < 0 ? segments : segments.slice(0, firstOptional);
  const optional = kinds.slice(required.length);
  if (optional.includes('required')) throw refuse('has a segment after an optional one');
  if (optional.slice(0, -1).includes('rest')) throw refuse('has a segment after {*rest}');
  const start = required.map((segment) => (segment.length > 0 ? `/${segmentPattern(segment, refuse)}` : ''));
  const end = optional.map((kind) => (kind === 'rest' ? '(?:/(.*)' : '(?:/([^/]+)'));
  return [...start, ...end, ')?'.repeat(end.length)].join('');
}

function kindOf(segment: readonly Part[]): Parameter['kind'] {
  const [only] = segment;
  return segment.length === 1 && typeof only === 'object' ? only.kind : 'required';
}

function segmentPattern(segment: readonly Part[], refuse: Refuse): string {
  return segment
    .map((part, index) => {
      if (typeof part === 'string') return part.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
      if (part.kind !== 'required') throw refuse('mixes an optional parameter with other text in a segment');
      if (typeof segment[index - 1] === 'object') throw refuse('has two parameters without text between them');
      return '([^/]+)';
    })
    .join('');
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'required' | 'optional' | 'rest';
  readonly constraints: readonly Constraint[];
}

/** A character of a literal, or a parameter. */
export type Part = string | Parameter;

/** Creates the error that names the route. */
export type Refuse = (why: string) => StartError;

/** `{{` and `}}` are escaped braces. Everything between braces, including slashes, is one token. */
const token = /\{\{|\}\}|\{((?:[^{}]|\{\{|\}\})*)\}|[^{}]/gs;
/** One constraint, whose argument can contain parentheses. */
const constraintForm = ':(\\w+(?:\\((?:[^()]|\\([^()]*\\))*\\))?)';
const parameterForm = new RegExp(`^(\\*{0,2})(\\w+)((?:${constraintForm})*)(\\?)?$`, 's');

/** Parses a route template into segments of parts. */
export function readSegments(template: string, refuse: Refuse): Part[][] {
  const text = template.replaceAll(/^\/+|(?<!\/)\/+$/g, '');
  const tokens = [...text.matchAll(token)];
  if (tokens.reduce((sum, [whole]) => sum + whole.length, 0) < text.length) throw refuse('has an unmatched brace');
  const segments: Part[][] = [[]];
  for (const [whole, parameter] of tokens) {
    if (whole === '/') segments.push([]);
    else segments.at(-1)?.push(parameter === undefined ? readLiteral(whole, refuse) : readParameter(parameter, refuse));
  }
  if (segments.length > 1 && segments.some((segment) => segment.length === 0)) throw refuse('has an empty segment');
  return segments;
}

function readLiteral(whole: string, refuse: Refuse): string {
  if (whole === '?') throw refuse('has a "?" outside braces');
  return whole.charAt(0);
}

function readParameter(text: string, refuse: Refuse): Parameter {
  const form = parameterForm.exec(text);
  if (!form) throw refuse(`has a parameter that the local host cannot read: {${text}}`);
  const [, stars, name = '', constraintList = '', , optional] = form;
  const constraints = [...constraintList.matchAll(new RegExp(constraintForm, 'gs'))].map(([, one = '']) => {
    const constraint = parseConstraint(one);
    if (!constraint) throw refuse(`has an unknown constraint: ${one}`);
    return constraint;
  });
  return { name, kind: stars ? 'rest' : optional ? 'optional' : 'required', constraints };
}

/** Whether the value of a route parameter is allowed. */
export type Constraint = (value: string) => boolean;

const matches =
  (pattern: RegExp): Constraint =>
  (value) =>
    pattern.test(value);
const number = (rule: (value: number) => boolean): Constraint => {
  return (value) => /^[+-]?\d+$/.test(value) && rule(Number(value));
};
const real = matches(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i);

const plain: Readonly<Record<string, Constraint>> = {
  alpha: matches(/^[a-z]*$/i),
  bool: matches(/^(?:true|false)$/i),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: matches(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/),
  double: real,
  float: real,
  guid: matches(/^(?:\{[\da-f-]{36}\}|\([\da-f-]{36}\)|[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i),
  int: number((value) => value >= -(2 ** 31) && value < 2 ** 31),
  long: (value) => /^[+-]?\d+$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value),
  required: (value) => value !== '',
};

const withNumbers: Readonly<Record<string, (first: number, second: number | undefined) => Constraint>> = {
  length:
    (least, most = least) =>
    (value) =>
      value.length >= least && value.length <= most,
  max: (most) => number((value) => value <= most),
  maxlength: (most) => (value) => value.length <= most,
  min: (least) => number((value) => value >= least),
  minlength: (least) => (value) => value.length >= least,
  range: (least, most = least) => number((value) => value >= least && value <= most),
};

/**
 * Parses one constraint of a route parameter, such as `int` or `length(2,5)`.
 *
 * @returns undefined if there is no such constraint
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
 */
export function parseConstraint(text: string): Constraint | undefined {
  const [, name = '', , argument] = /^(\w+)(\((.*)\))?$/s.exec(text) ?? [];
  const key = name.toLowerCase();
  if (argument === undefined) return Object.hasOwn(plain, key) ? plain[key] : undefined;
  if (key === 'regex') return parsePattern(argument);
  const numbers = /^(\d+)(?:\s*,\s*(\d+))?$/.exec(argument.trim());
  if (!numbers || !Object.hasOwn(withNumbers, key)) return undefined;
  return withNumbers[key]?.(Number(numbers[1]), numbers[2] === undefined ? undefined : Number(numbers[2]));
}

function parsePattern(argument: string): Constraint | undefined {
  try {
    return matches(new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i'));
  } catch {
    return undefined;
  }
}
