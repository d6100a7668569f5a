/** The least that a function app with checked requests can load: one function, one schema. The load bench's floor. */
import { app } from '@azure/functions';
import * as z from 'zod';

const request = z.object({ text: z.string() });

app.http('floor', {
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (incoming) => ({ jsonBody: request.parse(await incoming.json()) }),
});
