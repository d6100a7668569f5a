import { exportSeed } from '../seed/exportSeed.ts';
import { importSeed } from '../seed/importSeed.ts';
import { seed } from '../seed/seed.ts';
import { inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';

/** Larger than what is kept, unless it consists of the longest chat messages. JavaScript has no strings above 512 MiB. */
const MAXIMUM_BYTES = 500 * 1024 * 1024;

export const seedRoutes = inspectionRoutes({
  exportMailbox: inspectionRoute({
    method: 'GET',
    path: '/_emulator/export',
    summary: 'Returns messages, threads, identities, opt-outs, faults and quotas as one document that can be imported.',
    response: seed,
    handle: (_, context) => ({
      status: 200,
      body: exportSeed(context),
      // Browsers save it. The names of mailboxes are safe in file names.
      headers: { 'content-disposition': `attachment; filename="acs-emulator-${context.mailbox}.json"` },
    }),
  }),
  seedMailbox: inspectionRoute({
    method: 'POST',
    path: '/_emulator/seed',
    maximumBodyBytes: MAXIMUM_BYTES,
    summary: 'Adds the content of a document to the mailbox. If anything in it is wrong, nothing is imported.',
    errors: { 413: 'The body is larger than 500 MiB.' },
    body: seed.meta({
      examples: [{ version: 1, sms: [{ from: '+18005550100', to: '+14255550123', message: 'Your code is 123456' }] }],
    }),
    handle: ({ body }, context) => {
      importSeed(body, context);
      return { status: 204 };
    },
  }),
});
