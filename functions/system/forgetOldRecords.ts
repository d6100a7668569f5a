import { timer } from '../../shared/operation/define.ts';

/** Deletes records that are older than `RETENTION_DAYS`, every night. */
export const forgetOldRecords = timer('forgetOldRecords', '0 17 3 * * *', async (runtime) => {
  const { deleteOldRecords } = await import('../../shared/retention/deleteOldRecords.ts');
  await deleteOldRecords(runtime);
});
