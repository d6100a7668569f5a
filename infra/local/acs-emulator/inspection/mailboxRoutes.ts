import * as z from 'zod';
import { mailboxAt } from '../context.ts';
import { inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';

const EXAMPLE = {
  name: 'checkout-test',
  accessKey: 'ZXhhbXBsZQ==',
  connectionString: 'endpoint=http://127.0.0.1:8787/;accesskey=ZXhhbXBsZQ==',
};

const mailbox = z.object({
  name: z.string(),
  accessKey: z.string(),
  connectionString: z.string().describe('For any official ACS SDK. Its key selects the mailbox.'),
});

/** The mailboxes of the emulator, for tests that run at the same time. `?mailbox=` has no effect on these calls. */
export const mailboxRoutes = inspectionRoutes({
  listMailboxes: inspectionRoute({
    method: 'GET',
    path: '/_emulator/mailboxes',
    summary: 'Lists the mailboxes, `default` first.',
    response: z.object({ value: z.array(mailbox) }).meta({ examples: [{ value: [EXAMPLE] }] }),
    handle: ({ baseUrl }, { mailboxes }) => ({
      status: 200,
      body: { value: mailboxes.list().map((it) => mailboxAt(baseUrl, it)) },
    }),
  }),
  createMailbox: inspectionRoute({
    method: 'POST',
    path: '/_emulator/mailboxes',
    summary: 'Creates an empty mailbox, in memory, with an access key, items, faults, quotas and a clock of its own.',
    body: z
      .strictObject({
        name: z
          .string()
          .optional()
          .describe('1 to 64 letters, digits, dots, underscores and hyphens; default: a random one.'),
      })
      .meta({ examples: [{ name: 'checkout-test' }] }),
    response: mailbox.meta({ examples: [EXAMPLE] }),
    status: 201,
    errors: { 409: 'The name is taken, or there are 1,000 mailboxes besides `default`.' },
    handle: async ({ body, baseUrl }, { mailboxes }) => ({
      status: 201,
      body: mailboxAt(baseUrl, await mailboxes.create(body.name)),
    }),
  }),
  deleteMailbox: inspectionRoute({
    method: 'DELETE',
    path: '/_emulator/mailboxes/:name',
    summary: 'Deletes a mailbox and all that it contains. `default` stays.',
    params: z.object({ name: z.string().meta({ examples: ['checkout-test'] }) }),
    errors: { 409: 'It is the default mailbox.' },
    handle: async ({ params }, { mailboxes }) => {
      await mailboxes.delete(params.name);
      return { status: 204 };
    },
  }),
});
