/**
 * The number in E.164 that a recipient's text holds: what ACS makes of other spellings must not evade an opt-out or a
 * restriction.
 */
export function numberIn(text: string): string {
  return `+${text.normalize('NFKC').replaceAll(/\D/g, '')}`;
}
