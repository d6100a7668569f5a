import { StartError } from '../start-error.ts';
import { type Parameter, type Part, type Refuse, readSegments } from './template-parts.ts';

/** Gives a matching path's parameters by name. */
export type MatchPath = (path: string) => Record<string, string> | undefined;

/**
 * Compiles a route template of the Functions host: literals, `{name}`, `{name?}`, `{*rest}` and `{name:constraint}`.
 * A colon outside braces is a literal, so `emails:send` and `batches/{id}:cancel` mean what they say.
 *
 * @throws StartError when the template cannot be served
 */
export function compileTemplate(template: string, functionName: string): MatchPath {
  const refuse: Refuse = (why) => new StartError(`${functionName}: the route "${template}" ${why}.`);
  const segments = readSegments(template, refuse);
  const parameters = segments.flat().filter((part) => typeof part !== 'string');
  const names = new Set(parameters.map(({ name }) => name.toLowerCase()));
  if (names.size < parameters.length) throw refuse('names a parameter twice');
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
  if (optional.slice(0, -1).includes('rest')) throw refuse('has something after its {*rest}');
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
