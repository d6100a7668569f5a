import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { publicFunction } from '../../shared/operation/define.ts';
import { readSettings, SettingsError } from '../../shared/settings/settings.ts';

/** Returns 200, or 503 while the settings are invalid; the log names them. */
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

const stateIs = (status: string) =>
  z.lazy(() => z.object({ status: z.literal(status).describe('Whether the settings are valid.') }));

publicFunction({
  name: 'health',
  route: 'health',
  summary: 'Returns whether this instance can serve requests.',
  responses: {
    200: { description: 'The instance can serve requests.', content: { 'application/json': stateIs('healthy') } },
    503: { description: 'Its settings are invalid.', content: { 'application/json': stateIs('unhealthy') } },
  },
  handler: health,
});
