import * as z from 'zod';

/** An operation that needs a caller, as a running Switchboard describes it. */
export interface DescribedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly queue: string | undefined;
  readonly body: 'none' | 'optional' | 'required';
  /** The body in the documentation; undefined: none. */
  readonly example: unknown;
}

const media = z.looseObject({ example: z.unknown().optional() });
const described = z.looseObject({
  operationId: z.string(),
  description: z.string().default(''),
  security: z.array(z.unknown()).optional(),
  requestBody: z.looseObject({ required: z.boolean(), content: z.record(z.string(), media) }).optional(),
});
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), described)) });

/** Reads `/openapi.json` of a running Switchboard. */
export async function describedOperations(switchboard: string): Promise<readonly DescribedOperation[]> {
  const { paths } = document.parse(await (await fetch(`${switchboard}/openapi.json`)).json());
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, it]) => ({ ...it, path, method: method.toUpperCase() })),
  );
  return all
    .filter(({ path, security }) => security?.length !== 0 && !/^\/(?:health|docs|openapi)/.test(path))
    .map(({ operationId: id, path, method, description, requestBody }) => ({
      ...{ id, path, method, queue: /queue `([a-z0-9-]+)`/.exec(description)?.[1] },
      body: requestBody === undefined ? 'none' : requestBody.required ? 'required' : 'optional',
      example: Object.values(requestBody?.content ?? {})[0]?.example,
    }));
}
