/**
 * The GSM 7 bit default alphabet and its extension table. A message with any other character is sent as UCS-2.
 *
 * @see 3GPP TS 23.038, sections 6.2.1 and 6.2.1.1
 */
const GSM_CHARACTERS = new Set([
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡',
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
  ...'\f^{}\\[~]|€',
]);

/** Returns the characters that force UCS-2, each once, in their order. A character may be several code points, as emoji are. */
export function charactersOutsideGsm(text: string): string[] {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  // "\r\n" is one character for readers, but two of the alphabet.
  return [...new Set(characters.filter((character) => [...character].some((it) => !GSM_CHARACTERS.has(it))))];
}
