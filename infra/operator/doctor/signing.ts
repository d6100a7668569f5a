import { importKey, sign } from '../../../shared/signing/sign.ts';
import { DATE, KEY, MORE_HEADERS_VECTOR, VECTORS } from '../../../shared/signing/vectors.ts';
import { type Finding, failed, ok } from './finding.ts';

export const SIGNING = 'signing';

/** Whether this installation signs as the official clients do. @param accepted whether ACS has just taken a signature */
export function examineSigning(accepted: boolean): Finding {
  const own = [...VECTORS.filter(({ signer }) => signer === undefined), MORE_HEADERS_VECTOR];
  const wrong = own.filter((vector) => {
    const { authorization } = sign({ ...vector, date: new Date(DATE) }, importKey(KEY));
    return !authorization.endsWith(`&Signature=${vector.signature}`);
  });
  if (wrong.length > 0) {
    const names = wrong.map(({ name }) => name).join('; ');
    return failed(
      SIGNING,
      `This installation signs wrongly (${names}).`,
      'Install it anew (npm ci), and run npm test.',
    );
  }
  return ok(SIGNING, `${own.length} published vectors agree${accepted ? '; ACS took a signature' : ''}`);
}
