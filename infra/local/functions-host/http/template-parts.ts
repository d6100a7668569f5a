import type { StartError } from '../start-error.ts';
import { type Constraint, parseConstraint } from './constraints.ts';

export interface Parameter {
  readonly name: string;
  readonly kind: 'required' | 'optional' | 'rest';
  readonly constraints: readonly Constraint[];
}

/** A character of a literal, or a parameter. */
export type Part = string | Parameter;

/** Makes the error that names the route. */
export type Refuse = (why: string) => StartError;

/** `{{` and `}}` are escaped braces; what stands in braces is one token, slashes and all. */
const token = /\{\{|\}\}|\{((?:[^{}]|\{\{|\}\})*)\}|[^{}]/gs;
/** One constraint; its argument may hold parentheses itself. */
const constraintForm = ':(\\w+(?:\\((?:[^()]|\\([^()]*\\))*\\))?)';
const parameterForm = new RegExp(`^(\\*{0,2})(\\w+)((?:${constraintForm})*)(\\?)?$`, 's');

/** Takes a route template apart into segments of parts. */
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
