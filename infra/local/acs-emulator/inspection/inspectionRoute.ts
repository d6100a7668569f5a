import * as z from 'zod';
import type { Context } from '../context.ts';
import { parse } from '../http/parse.ts';
import type { RouteResult } from '../http/response.ts';
import type { Call, Route } from '../http/route.ts';
import { invalidControl } from '../http/serviceError.ts';

/** What the document of the inspection API says about a route. */
export interface RouteDescription {
  /** One sentence. */
  readonly summary: string;
  readonly params: z.ZodObject;
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
  /** What the route answers by status, besides what any route does. */
  readonly errors: Readonly<Record<number, string>>;
}

export interface InspectionRoute extends Route {
  readonly description: RouteDescription;
}

/** A call whose path, query and body have the form that its route declares. */
export interface InspectionCall<Params, Query, Body> extends Omit<Call, 'params' | 'query' | 'body'> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

type Nothing = z.ZodObject<Record<never, never>>;

interface Declaration<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>
  extends Pick<Route, 'method' | 'path' | 'maximumBodyBytes'>,
    Pick<RouteDescription, 'summary'>,
    Partial<Pick<RouteDescription, 'response' | 'status' | 'contentType' | 'errors'>> {
  /** The variable segments of the path. */
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The code of the error for a body that does not fit; default `BadRequest`. */
  readonly errorCode?: string;
  readonly handle: (
    call: InspectionCall<z.output<Params>, z.output<Query>, z.output<Body>>,
    context: Context,
  ) => RouteResult | Promise<RouteResult>;
}

type UnnamedRoute = Omit<InspectionRoute, 'name'>;

const NOTHING: Nothing = z.object({});

const mailbox = z.string().optional();

const invalid = invalidControl('BadRequest');

/**
 * Declares a route of the emulator's own API. A query or body that does not have the declared form is answered with a 400
 * whose `target` is the field; unknown query parameters are refused. Declare bodies by `z.strictObject`.
 */
export function inspectionRoute<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Params, Query, Body>): UnnamedRoute {
  const { method, path, maximumBodyBytes, summary, body, response, contentType, handle } = declaration;
  const { params = NOTHING, query = NOTHING, errors = {} } = declaration;
  const status = declaration.status ?? (response || contentType !== undefined ? 200 : 204);
  const invalidBody = invalidControl(declaration.errorCode ?? 'BadRequest');
  const strictQuery = query.extend({ mailbox }).strict();
  return {
    ...{ service: 'emulator', auth: 'none', method, path },
    ...(maximumBodyBytes !== undefined && { maximumBodyBytes }),
    description: { summary, params, query, body, response, status, contentType, errors },
    handle: (call, context) => {
      const { mailbox: _, ...rest } = parse(strictQuery, readQuery(call.query), { kind: 'query parameter', invalid });
      const input = {
        params: parse(params, call.params, { kind: 'path parameter', invalid }) as z.output<Params>,
        query: rest as z.output<Query>,
        body: (body && parse(body, readBody(call), { invalid: invalidBody })) as z.output<Body>,
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

/** @throws ServiceError 400 if a parameter is given twice */
function readQuery(query: URLSearchParams): Record<string, string> {
  const names = [...query.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid(repeated, 'is given more than once');
  return Object.fromEntries(query);
}

/**
 * Reads a body as JSON; an empty one and null count as an empty object.
 *
 * @throws ServiceError 400, also for members named `__proto__`, which schemas would ignore
 */
function readBody({ body }: Call): unknown {
  if (body.length === 0) return {};
  const { hasPrototype, value } = parseJson(body.toString('utf8'));
  if (hasPrototype) throw invalid('__proto__', 'unknown member');
  return value ?? {};
}

function parseJson(text: string): { readonly hasPrototype: boolean; readonly value?: unknown } {
  let hasPrototype = false;
  try {
    const value: unknown = JSON.parse(text, (name, member: unknown) => {
      hasPrototype ||= name === '__proto__';
      return member;
    });
    return { hasPrototype, value };
  } catch {
    throw invalid('', 'The request body is not valid JSON.');
  }
}
