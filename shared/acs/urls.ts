/** One path segment, percent-encoded as the official clients do: `8:acs:x` → `8%3Aacs%3Ax`. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}

/** A URL of ACS, told to a caller of Switchboard: the same path and query under Switchboard's own address. */
export function rebase(url: string, publicUrl: string): string {
  const { pathname, search } = new URL(url, publicUrl);
  return publicUrl + pathname + search;
}
