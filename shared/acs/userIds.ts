/**
 * An id without anything that a service might ignore (case, percent-encoding, spaces, punctuation): ACS does not document
 * which spellings it accepts. An id that contains a user's id means that user, since a service may drop what surrounds it,
 * such as path segments or a query. Ids differ in their GUIDs, so that none is part of another.
 */
export function comparable(id: string): string {
  return decoded(id)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}

/** Without percent-encoding, even if encoded repeatedly. */
function decoded(text: string): string {
  const once = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  );
  return once === text ? text : decoded(once);
}
