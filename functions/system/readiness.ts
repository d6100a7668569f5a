import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { publicFunction } from '../../shared/operation/define.ts';
import type { Runtime } from '../../shared/runtime.ts';
import { SettingsError } from '../../shared/settings/settings.ts';

const NOTHING = new Uint8Array();

/**
 * Returns 200 if this instance, storage and ACS work, else 503. Only a client that signs gets the single checks. The path is
 * separate from `/health` because probes of Azure and of load balancers are configured with a path, not a query.
 *
 * @throws SwitchboardError `Denied` for an invalid signature, so that its sender sees what is wrong
 */
export async function readiness(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { processRuntime } = await import('../../shared/runtime.ts');
  try {
    const runtime = processRuntime();
    const isKnown = await isClient(request, runtime);
    const { isReady, checks } = await runtime.readiness();
    const failed = checks.filter((check) => check.status === 'failed');
    for (const { name, message } of failed) context.error(`Not ready: ${name}: ${message}`);
    return answer(isReady, isKnown ? { checks } : {});
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    context.error(error.message);
    return answer(false, {});
  }
}

async function isClient(request: HttpRequest, runtime: Runtime): Promise<boolean> {
  if (!request.headers.has('authorization')) return false;
  const { assertSignedBody, authenticate } = await import('../../shared/operation/authenticate.ts');
  assertSignedBody(authenticate({ actsAsUser: false }, request, runtime), NOTHING);
  return true;
}

function answer(isReady: boolean, details: object): HttpResponseInit {
  return {
    status: isReady ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: isReady ? 'ready' : 'unready', ...details },
  };
}

const answerSchema = (status: string) =>
  z.lazy(() => {
    const check = z.object({
      name: z.string().describe('What was checked, such as `queues` or `ACS`.'),
      status: z.enum(['ok', 'warning', 'failed']).describe('Result of the check.'),
      message: z.string().optional().describe('The problem, unless the result is `ok`.'),
      milliseconds: z.int().describe('Duration of the check.'),
    });
    return z.object({
      status: z.literal(status).describe('Whether all checks pass.'),
      checks: z.array(check).optional().describe('The checks. Only in the response to a signed request.'),
    });
  });

publicFunction({
  name: 'readiness',
  route: 'health/ready',
  summary: 'Returns whether this instance, storage and ACS work. The response to a signed request lists all checks.',
  mayBeSigned: true,
  responses: {
    200: { description: 'All checks pass.', content: { 'application/json': answerSchema('ready') } },
    503: { description: 'At least one check fails.', content: { 'application/json': answerSchema('unready') } },
  },
  errors: [401],
  handler: readiness,
});
