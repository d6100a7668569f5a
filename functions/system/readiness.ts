import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { SwitchboardError } from '../../shared/contract/switchboarderror.ts';
import { authenticate } from '../../shared/operation/authentication.ts';
import { errorAnswer } from '../../shared/operation/failure.ts';
import { processRuntime, type Runtime } from '../../shared/operation/runtime.ts';
import { SettingsError } from '../../shared/settings.ts';

const NOTHING = new Uint8Array();

/**
 * Whether this instance and all that it leans on work: 200 or 503. Anyone learns that and no more; who signs as a client
 * gets each check. It has a path of its own, not a query of `/health`, because a path is what probes of Azure and of
 * load balancers are set to.
 */
export async function readiness(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  try {
    const runtime = processRuntime();
    const isKnown = isClient(request, runtime);
    const { isReady, checks } = await runtime.readiness();
    const failed = checks.filter((check) => check.status === 'failed');
    for (const { name, message } of failed) context.error(`Not ready: ${name}: ${message}`);
    return answer(isReady, isKnown ? { checks } : {});
  } catch (error) {
    if (error instanceof SwitchboardError) return refusal(error);
    if (!(error instanceof SettingsError)) throw error;
    context.error(error.message);
    return answer(false, {});
  }
}

/** @throws SwitchboardError `Denied` for a signature that does not fit: who signs wants to know */
function isClient(request: HttpRequest, runtime: Runtime): boolean {
  if (!request.headers.has('authorization')) return false;
  authenticate({ actsAsUser: false }, request, NOTHING, runtime);
  return true;
}

function answer(isReady: boolean, details: object): HttpResponseInit {
  return {
    status: isReady ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: isReady ? 'ready' : 'unready', ...details },
  };
}

function refusal(error: SwitchboardError): HttpResponseInit {
  const { status, body } = errorAnswer(error);
  return { status, headers: { 'x-ms-error-code': error.publicCode }, jsonBody: body };
}

app.http('readiness', { methods: ['GET'], route: 'health/ready', authLevel: 'anonymous', handler: readiness });
