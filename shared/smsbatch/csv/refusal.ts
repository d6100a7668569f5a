import { SwitchboardError } from '../../contract/switchboarderror.ts';

/** A CSV that is refused as a whole. @param message goes after a colon, e.g. `line 2 is not valid UTF-8` */
export function invalidCsv(message: string, cause?: unknown): SwitchboardError {
  const details = [{ code: 'InvalidCsv', message, target: 'csv' }];
  return new SwitchboardError('InvalidRequest', `The CSV cannot be read: ${message}.`, {
    target: 'csv',
    details,
    cause,
  });
}
