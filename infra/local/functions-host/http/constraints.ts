/** Says whether a route parameter's value is allowed. */
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
 * Reads one constraint of a route parameter, such as `int` or `length(2,5)`.
 *
 * @returns undefined when there is no such constraint
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
