import { timer } from '../../shared/operation/define.ts';
import { forgetOldRecords as forget } from '../../shared/retention/forget.ts';

/** Once a night: forgets records that are older than RETENTION_DAYS. */
export const forgetOldRecords = timer('forgetOldRecords', '0 17 3 * * *', ({ retention }) => forget(retention));
