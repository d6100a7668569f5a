const MAXIMUM_LENGTH = 1024;

/** Letters and digits of any script, spaces inside, and signs that mean nothing in a URL. */
const SEGMENT = /^(?! )[\p{L}\p{N} _.~!$&'()+,;=@-]+(?<! )$/u;

/**
 * Whether a text names a blob within its container, and nothing else: in a URL, `..`, `\`, `?`, `#` or an empty segment
 * could lead to another one.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 */
export function isBlobName(text: string): boolean {
  if (text.length > MAXIMUM_LENGTH) return false;
  return text.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
}
