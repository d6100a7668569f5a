import { timer } from '../../shared/operation/define.ts';

/** Every 30 seconds, between the sweeps of batches: polls ACS for the status of emails, as often as its quota allows. */
export const pollEmailOperations = timer('pollEmailOperations', '8,38 * * * * *', async ({ emails }) => {
  const { pollEmails } = await import('../../shared/email/pollEmails.ts');
  await pollEmails(emails);
});
