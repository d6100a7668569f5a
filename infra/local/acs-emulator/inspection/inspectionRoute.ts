import * as z from 'zod';
import type { Context } from '../context.ts';
import { parseJson } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import type { Call, Route } from '../http/route.ts';
import { badRequest } from '../http/serviceError.ts';

/** What the document of the inspection API says about a route. */
export interface RouteDescription {
  /** One sentence. */
  readonly summary: string;
  /** Without `mailbox`, which every route takes. */
  readonly query: z.ZodObject;
  /** Absent: the request has no body. */
  readonly body: z.ZodType | undefined;
  /** The JSON of the answer; absent if it has no body or is not JSON. */
  readonly response: z.ZodType | undefined;
  /** The status of success; default 200 with `response`, otherwise 204. */
  readonly status: number;
  /** The media type of an answer that is not JSON. */
  readonly contentType: string | undefined;
}

export interface InspectionRoute extends Route {
  readonly description: RouteDescription;
}

/** A call whose query and body have the form that its route declares. */
export interface InspectionCall<Query, Body> extends Omit<Call, 'query' | 'body'> {
  readonly query: Query;
  readonly body: Body;
}

type NoQuery = z.ZodObject<Record<never, never>>;

interface Declaration<Query extends z.ZodObject, Body extends z.ZodType>
  extends Pick<Route, 'method' | 'path'>,
    Pick<RouteDescription, 'summary'>,
    Partial<Pick<RouteDescription, 'response' | 'status' | 'contentType'>> {
  readonly query?: Query;
  readonly body?: Body;
  readonly handle: (
    call: InspectionCall<z.output<Query>, z.output<Body>>,
    context: Context,
  ) => RouteResult | Promise<RouteResult>;
}

type UnnamedRoute = Omit<InspectionRoute, 'name'>;

const NO_QUERY: NoQuery = z.object({});

const mailbox = z.string().optional();

/**
 * Declares a route of the emulator's own API. A query or body that does not have the declared form is answered with a 400
 * whose `target` is the field; unknown query parameters are refused. Declare bodies by `z.strictObject`.
 */
export function inspectionRoute<Query extends z.ZodObject = NoQuery, Body extends z.ZodType = z.ZodUndefined>(
  declaration: Declaration<Query, Body>,
): UnnamedRoute {
  const { method, path, summary, body, response, contentType, handle } = declaration;
  const query = declaration.query ?? (NO_QUERY as unknown as Query);
  const status = declaration.status ?? (response || contentType !== undefined ? 200 : 204);
  const strictQuery = query.extend({ mailbox }).strict();
  return {
    ...{ service: 'emulator', auth: 'none', method, path },
    description: { summary, query, body, response, status, contentType },
    handle: (call, context) => {
      const { mailbox: _, ...rest } = parse(strictQuery, readQuery(call.query), 'query parameter');
      const input = {
        query: rest as z.output<Query>,
        body: (body && parse(body, parseJson(call, badRequest))) as z.output<Body>,
      };
      return handle({ ...call, ...input }, context);
    },
  };
}

/** Names routes. */
export function inspectionRoutes(table: Readonly<Record<string, UnnamedRoute>>): readonly InspectionRoute[] {
  return Object.entries(table).map(([name, route]) => ({ name, ...route }));
}

/** A whole number in a query. */
export function wholeNumber(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.int().min(minimum, message).max(maximum, message));
}

/** A sender or recipient in a query. `+` in a query decodes to a space, but none of them starts with a space. */
export const partyParameter = z.string().transform((text) => text.replace(/^ /, '+'));

/** @throws ServiceError 400 that names the first field that is wrong */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, kind = 'member'): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues[0]);
  if (issue?.code === 'unrecognized_keys') {
    const field = fieldOf([...issue.path, issue.keys[0] ?? '']);
    throw badRequest(field, `Unknown ${kind} '${field}'.${suggestion(schema, issue)}`);
  }
  const field = fieldOf(issue?.path ?? []);
  throw badRequest(field, `${field || 'The request body'}: ${issue?.message}`);
}

type Issue = z.core.$ZodIssue;

/** Of a union, the issue of the alternative that fits best: the one that fails deepest inside the value. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const candidates = issue.errors.flatMap((issues) => deepest(issues[0]) ?? []);
  const [best] = candidates.toSorted((one, other) => other.path.length - one.path.length);
  return best && best.path.length > 0 ? { ...best, path: [...issue.path, ...best.path] } : issue;
}

function suggestion(schema: z.ZodType, { path }: Issue): string {
  if (path.length > 0 || !(schema instanceof z.ZodObject)) return '';
  return ` Use ${Object.keys(schema.shape).join(', ')}.`;
}

/** `['items', 0, 'to']` → `items[0].to` */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, key) => {
    if (typeof key === 'number') return `${field}[${key}]`;
    return field === '' ? String(key) : `${field}.${String(key)}`;
  }, '');
}

/** @throws ServiceError 400 if a parameter is given twice */
function readQuery(query: URLSearchParams): Record<string, string> {
  const names = [...query.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw badRequest(repeated, `${repeated}: given more than once`);
  return Object.fromEntries(query);
}
