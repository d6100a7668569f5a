import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { readSettings, SettingsError } from '../../shared/settings.ts';

/** Whether this instance can serve: 200, or 503 while its settings cannot be used (the log names them). */
export async function health(_request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  try {
    readSettings();
    return { status: 200, jsonBody: { status: 'healthy' } };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    context.error(error.message);
    return { status: 503, jsonBody: { status: 'unhealthy' } };
  }
}

app.http('health', { methods: ['GET'], route: 'health', authLevel: 'anonymous', handler: health });
