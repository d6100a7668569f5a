import * as z from 'zod';
import { mailboxAt } from '../context.ts';
import { inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';

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
    response: z.object({ value: z.array(mailbox) }),
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
    response: mailbox,
    status: 201,
    handle: async ({ body, baseUrl }, { mailboxes }) => ({
      status: 201,
      body: mailboxAt(baseUrl, await mailboxes.create(body.name)),
    }),
  }),
  deleteMailbox: inspectionRoute({
    method: 'DELETE',
    path: '/_emulator/mailboxes/:name',
    summary: 'Deletes a mailbox and all that it contains. `default` stays.',
    params: z.object({ name: z.string() }),
    handle: async ({ params }, { mailboxes }) => {
      await mailboxes.delete(params.name);
      return { status: 204 };
    },
  }),
});
