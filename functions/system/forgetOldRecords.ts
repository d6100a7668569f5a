import { timer } from '../../shared/operation/define.ts';

/** Every night: deletes records that are older than RETENTION_DAYS. */
export const forgetOldRecords = timer('forgetOldRecords', '0 17 3 * * *', async (runtime) => {
  const { deleteOldRecords } = await import('../../shared/retention/deleteOldRecords.ts');
  await deleteOldRecords(runtime);
});
