import { SwitchboardError } from '../contract/switchboardError.ts';
import type { AnyOperation, PublicDefinition } from './definition.ts';
import { matchesRoute, matchesSegment, segmentsOf } from './routes.ts';

/** A method and a route template that a function serves. */
export interface Served {
  readonly methods: readonly string[];
  readonly route: string;
}

export function servedBy(
  operations: readonly AnyOperation[],
  functions: readonly PublicDefinition[],
): readonly Served[] {
  return [
    ...operations.map(({ http: { method, route } }) => ({ methods: [method], route })),
    ...functions.map(({ route }) => ({ methods: ['GET', 'HEAD'], route })),
  ];
}

/**
 * The error for a request that no function serves. Its message names what exists, and quotes nothing of the request.
 *
 * @param pathname as in a URL
 * @returns `MethodNotAllowed` if the path has other methods, otherwise `NotFound`
 */
export function unknownRequest(method: string, pathname: string, served: readonly Served[]): SwitchboardError {
  const segments = segmentsOf(pathname);
  const samePath = served.filter(({ route }) => matchesRoute(route, segments));
  if (samePath.length === 0) return notFound(method, segments, served);
  const near = nearest(
    segments,
    served.filter(({ methods }) => methods.includes(method)),
  );
  const message = `This path does not take this method. Switchboard has ${listOf(samePath)}.`;
  const allow = [...new Set(samePath.flatMap(({ methods }) => methods))];
  return new SwitchboardError('MethodNotAllowed', message + hintOf(near), { allow });
}

function notFound(method: string, segments: readonly string[], served: readonly Served[]): SwitchboardError {
  const [first = '', ...rest] = segments;
  const service = SERVICES_OF_ACS.get(first);
  const isPrefixed = first === 'api'; // as in a Functions app with the default prefix
  let reason = 'Switchboard has no such operation.';
  if (service) reason = `Switchboard has no such operation: it does not offer ${service}. Call ACS itself.`;
  if (isPrefixed) reason = 'Switchboard has no such operation: its paths do not begin with /api.';
  const sameMethodFirst = [...served].sort((one, other) => rank(one, method) - rank(other, method));
  const near = nearest(isPrefixed ? rest : segments, sameMethodFirst);
  const end = ' GET /openapi.json lists every method and path that it has.';
  return new SwitchboardError('NotFound', reason + hintOf(near) + end);
}

function rank({ methods }: Served, method: string): number {
  return methods.includes(method) ? 0 : 1;
}

/**
 * Services of ACS that Switchboard does not offer, by the first segments of their paths.
 *
 * @see https://github.com/Azure/azure-rest-api-specs/tree/main/specification/communication/data-plane
 */
const SERVICES_OF_ACS: ReadonlyMap<string, string> = new Map([
  ['calling', 'calls (Call Automation)'],
  ['rooms', 'rooms'],
  ['phonenumbers', 'the administration of phone numbers'],
  ['availablephonenumbers', 'the administration of phone numbers'],
  ['operatorinformation', 'the lookup of phone numbers'],
  ['sip', 'SIP routing'],
  ['routing', 'Job Router'],
  ['messages', 'Advanced Messaging (WhatsApp)'],
  ['networktraversal', 'Network Traversal'],
  ['access', 'Teams Phone extensibility'],
]);

/** The most that a message names. */
const MAXIMUM_NAMED = 8;

/** The functions whose routes share the most leading segments with a path; none if not even the first is the same. */
function nearest(segments: readonly string[], served: readonly Served[]): readonly Served[] {
  const scored = served.map((it) => ({ it, score: commonSegments(it.route, segments) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return best === 0 ? [] : scored.flatMap(({ it, score }) => (score === best ? it : [])).slice(0, MAXIMUM_NAMED);
}

/** Counts common leading segments, ignoring actions: `emails:sent` has one in common with `emails:send`. */
function commonSegments(route: string, segments: readonly string[]): number {
  const templates = route.split('/').map(withoutAction);
  const end = templates.findIndex((it, index) => !matchesSegment(it, withoutAction(segments[index] ?? '')));
  return end < 0 ? templates.length : end;
}

/** `emails:send` → `emails`. */
function withoutAction(segment: string): string {
  return segment.replace(/:.*$/s, '');
}

function hintOf(near: readonly Served[]): string {
  return near.length === 0 ? '' : ` Nearest: ${listOf(near)}.`;
}

function listOf(served: readonly Served[]): string {
  return served.map(({ methods, route }) => `${methods.join(' and ')} /${route}`).join(', ');
}
